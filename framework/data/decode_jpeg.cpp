#include "framework/data/decode_jpeg.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

// After <cstdio>, which it needs.
#include <jpeglib.h>
//
#include <jerror.h>

#include "framework/data/decoder.h"
#include "framework/data/exif.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

struct Errors : jpeg_error_mgr {
  Escape escape = {};
};

[[noreturn]] void fail_decoding(j_common_ptr info) {
  auto& errors = static_cast<Errors&>(*info->err);
  static_assert(sizeof(errors.escape.reason) >= JMSG_LENGTH_MAX);
  errors.format_message(info, errors.escape.reason.data());
  errors.escape.leave();
}

/// Levels below zero are warnings. All but these three mean damaged data, which libjpeg replaces by grey.
void on_message(j_common_ptr info, int level) {
  const int code = info->err->msg_code;
  if (level >= 0 || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM || code == JWRN_BOGUS_ICC) return;
  fail_decoding(info);
}

class JpegDecoder {
 public:
  JpegDecoder() {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = fail_decoding;
    errors_.emit_message = on_message;
  }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() { jpeg_destroy_decompress(&info_); }  // does nothing if nothing has been created

  Image decode(std::span<const std::byte> file) {
    guarded([&] {
      jpeg_create_decompress(&info_);
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
      jpeg_save_markers(&info_, kExifMarker, 0xffff);
      jpeg_read_header(&info_, TRUE);
    });
    const int orientation = stored_orientation();  // the end of decoding frees the markers
    Image image = make_image(info_.image_width, info_.image_height);
    if (info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK) {
      decode_cmyk(image);
    } else {
      decode_rgb(image);
    }
    return upright(std::move(image), orientation);
  }

 private:
  static constexpr int kExifMarker = JPEG_APP0 + 1;

  [[nodiscard]] int stored_orientation() const {
    for (jpeg_saved_marker_ptr marker = info_.marker_list; marker != nullptr; marker = marker->next) {
      // Other segments with this marker hold XMP.
      const int found = exif_orientation({marker->data, marker->data_length});
      if (found != 1) return found;
    }
    return 1;
  }

  template <class Calls>
  void guarded(const Calls& calls) {
    try {
      run_guarded(errors_.escape, calls);
    } catch (const Error&) {
      if (errors_.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
      throw;
    }
  }

  void decode_rgb(Image& image) {
    guarded([&] {
      info_.out_color_space = JCS_RGB;
      jpeg_start_decompress(&info_);
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW row = image.rgb.data() + std::size_t{3} * info_.output_scanline * info_.output_width;
        jpeg_read_scanlines(&info_, &row, 1);
      }
      jpeg_finish_decompress(&info_);
    });
  }

  void decode_cmyk(Image& image) {
    std::vector<std::uint8_t> cmyk(std::size_t{4} * info_.image_width);
    guarded([&] {
      info_.out_color_space = JCS_CMYK;
      jpeg_start_decompress(&info_);
      std::uint8_t* rgb = image.rgb.data();
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW row = cmyk.data();
        jpeg_read_scanlines(&info_, &row, 1);
        for (std::size_t i = 0; i < cmyk.size(); i += 4) {
          for (std::size_t c = 0; c < 3; ++c) *rgb++ = product(cmyk[i + c], cmyk[i + 3]);
        }
      }
      jpeg_finish_decompress(&info_);
    });
  }

  /// The product of two numbers that mean fractions of 255, rounded.
  static std::uint8_t product(unsigned a, unsigned b) { return static_cast<std::uint8_t>((a * b + 127) / 255); }

  Errors errors_ = {};
  jpeg_decompress_struct info_ = {};
};

}  // namespace

Image decode_jpeg(std::span<const std::byte> file) { return JpegDecoder().decode(file); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
