#include "framework/data/decode_png.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <png.h>

#include "framework/data/decoder.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto& escape = *static_cast<Escape*>(png_get_error_ptr(png));
  std::strncpy(escape.reason.data(), message, escape.reason.size() - 1);
  escape.leave();
}

/// Ignores warnings: they concern chunks other than the pixels. Wrong pixels are an error.
void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

void read_bytes(png_structp png, png_bytep out, std::size_t count) {
  auto& rest = *static_cast<std::span<const std::byte>*>(png_get_io_ptr(png));
  if (count > rest.size()) png_error(png, "premature end of PNG file");
  std::memcpy(out, rest.data(), count);
  rest = rest.subspan(count);
}

class PngDecoder {
 public:
  explicit PngDecoder(std::span<const std::byte> file)
      : rest_(file), png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &escape_, on_error, on_warning)) {
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &rest_, read_bytes);
  }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Image decode() {
    run_guarded(escape_, [&] { png_read_info(png_, info_); });
    Image image = make_image(png_get_image_width(png_, info_), png_get_image_height(png_, info_));
    run_guarded(escape_, [&] {
      const int passes = ask_for_rgb();
      const auto row_bytes = std::size_t{3} * to_index(image.width);
      if (png_get_rowbytes(png_, info_) != row_bytes) png_error(png_, "no conversion to 8-bit RGB");
      for (int pass = 0; pass < passes; ++pass) {
        for (auto row = image.rgb.data(); row != image.rgb.data() + image.rgb.size(); row += row_bytes) {
          png_read_row(png_, row, nullptr);
        }
      }
      png_read_end(png_, nullptr);  // verifies the checksums of the last chunks
    });
    return image;
  }

 private:
  /// Requests 8-bit RGB. Returns the number of passes over the rows that this needs.
  int ask_for_rgb() {
    const int type = png_get_color_type(png_, info_);
    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
    if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_strip_alpha(png_);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return passes;
  }

  Escape escape_;
  std::span<const std::byte> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

Image decode_png(std::span<const std::byte> file) { return PngDecoder(file).decode(); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
