#include "framework/data/image.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/data/decode_jpeg.h"
#include "framework/data/decode_png.h"
#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

template <class... Byte>
constexpr auto bytes(Byte... values) {
  return std::array{static_cast<std::byte>(values)...};
}

constexpr auto jpeg_start = bytes(0xff, 0xd8, 0xff);
constexpr auto png_start = bytes(0x89, 'P', 'N', 'G');

bool starts_with(std::span<const std::byte> file, std::span<const std::byte> start) {
  return file.size() >= start.size() && std::ranges::equal(file.first(start.size()), start);
}

}  // namespace

Image decode_image(std::span<const std::byte> file) {
  if (file.empty()) throw Error("is empty, expected a JPEG or PNG image");
  if (starts_with(file, jpeg_start)) return decode_jpeg(file);
  if (starts_with(file, png_start)) return decode_png(file);
  throw Error(fmt::format("starts with bytes {:02x}, expected a JPEG or PNG image",
                          fmt::join(file.first(std::min<std::size_t>(file.size(), 4)), " ")));
}

Image read_image(const std::filesystem::path& path) {
  const std::vector<std::byte> file = read_file(path);
  try {
    return decode_image(file);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
