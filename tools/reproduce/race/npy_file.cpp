#include "tools/reproduce/race/npy_file.h"

#include <bit>
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "framework/index.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void write_npy(const std::filesystem::path& path, std::span<const float> values, int columns) {
  static_assert(std::endian::native == std::endian::little, "'<f4' is what memory holds");
  constexpr std::size_t kAlignment = 64;
  constexpr std::size_t kPrefix = 10;  // magic, version, length of the header
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}",
                                   values.size() / to_index(columns), columns);
  header.append(kAlignment - (kPrefix + header.size() + 1) % kAlignment, ' ').append("\n");
  std::string start("\x93NUMPY\x01\x00", 8);
  start += static_cast<char>(header.size() % 256);
  start += static_cast<char>(header.size() / 256);
  replace_file(path, [&](const ByteSink& sink) {
    sink(std::as_bytes(std::span(start)));
    sink(std::as_bytes(std::span(header)));
    sink(std::as_bytes(values));
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
