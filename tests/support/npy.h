#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What stands in the header of an .npy file.
struct NpyLayout {
  std::string descr = "<f4";
  std::string shape = "(3,)";
  std::string fortran_order = "False";
  int version = 1;
};

/// The file that NumPy 2.4 writes of such an array, with these bytes of values.
inline std::string npy_file(const NpyLayout& layout, const std::string& values) {
  std::string header = "{'descr': '" + layout.descr + "', 'fortran_order': " + layout.fortran_order +
                       ", 'shape': " + layout.shape + ", }";
  const std::size_t before = layout.version == 1 ? 10 : 12;
  header.append(64 - (before + header.size() + 1) % 64, ' ').append("\n");
  std::string file = "\x93NUMPY";
  file += static_cast<char>(layout.version);
  file += '\0';
  for (std::size_t byte = 0; byte < before - 8; ++byte) file += static_cast<char>(header.size() >> (8 * byte) & 0xff);
  return file + header + values;
}

/// Little-endian, as all machines that this builds for.
template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// float32 of a shape such as "(2, 3)".
inline std::string npy_floats(const std::string& shape, const std::vector<float>& values) {
  return npy_file({.descr = "<f4", .shape = shape}, bytes_of(values));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
