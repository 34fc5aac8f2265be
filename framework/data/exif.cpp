#include "framework/data/exif.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Unsigned numbers at any place of a TIFF block; 0 beyond its end.
class TiffNumbers {
 public:
  explicit TiffNumbers(std::span<const std::uint8_t> bytes)
      : bytes_(bytes), little_(!bytes.empty() && bytes[0] == 'I') {}

  [[nodiscard]] std::uint32_t at(std::size_t place, std::size_t size) const {
    if (place > bytes_.size() || size > bytes_.size() - place) return 0;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8 | bytes_[place + (little_ ? size - 1 - i : i)];
    return number;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool little_;
};

}  // namespace

int exif_orientation(std::span<const std::uint8_t> segment) {
  constexpr int kUpright = 1;
  constexpr std::array<std::uint8_t, 6> kName{'E', 'x', 'i', 'f', 0, 0};
  if (segment.size() < kName.size() || !std::ranges::equal(segment.first(kName.size()), kName)) return kUpright;
  const std::span<const std::uint8_t> tiff = segment.subspan(kName.size());
  const TiffNumbers numbers(tiff);
  if (numbers.at(2, 2) != 42) return kUpright;
  const std::size_t directory = numbers.at(4, 4);
  const std::size_t entries = numbers.at(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (numbers.at(entry, 2) != 0x0112) continue;
    constexpr std::uint32_t kShort = 3;
    const std::uint32_t value = numbers.at(entry + 8, 2);
    return numbers.at(entry + 2, 2) == kShort && value >= 1 && value <= 8 ? static_cast<int>(value) : kUpright;
  }
  return kUpright;
}

// Row 0 of the stored image is what people see at the top (1, 2), bottom (3, 4), left (5, 8) or right (6, 7).
Image upright(Image stored, int orientation) {
  if (orientation <= 1 || orientation > 8) return stored;
  const bool turned = orientation >= 5;
  Image image{.width = turned ? stored.height : stored.width,
              .height = turned ? stored.width : stored.height,
              .rgb = std::vector<std::uint8_t>(stored.rgb.size())};
  const bool columns_reversed = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool rows_reversed = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  std::uint8_t* out = image.rgb.data();
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const int column = turned ? y : x;
      const int row = turned ? x : y;
      const int from_column = columns_reversed ? stored.width - 1 - column : column;
      const int from_row = rows_reversed ? stored.height - 1 - row : row;
      const std::size_t pixel = to_index(from_row) * to_index(stored.width) + to_index(from_column);
      out = std::copy_n(stored.rgb.data() + 3 * pixel, 3, out);
    }
  }
  return image;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
