#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// An array as NumPy's save() writes it: versions 1 to 3 of the format, little-endian float32 and float64, integers and
/// bool, in C order. Throws Error naming the file, what it holds and what was expected.
class NpyFile {
 public:
  /// Reads the header only.
  explicit NpyFile(const std::filesystem::path& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Each extent is at least 1 and fits an int.
  [[nodiscard]] const std::vector<int>& shape() const { return shape_; }
  /// "[60000, 784]"
  [[nodiscard]] std::string shape_text() const;
  /// As NumPy calls it: "float32", "uint8", ...
  [[nodiscard]] std::string_view type() const;
  /// Whether the values are integers. bool counts as an integer type.
  [[nodiscard]] bool integers() const;

  /// All values, in the order of the file. Call one of the two, once. Throws Error if a number is not finite as real.
  [[nodiscard]] std::vector<real> read_numbers();
  /// For an array of uint8.
  [[nodiscard]] std::vector<std::uint8_t> read_bytes();

 private:
  struct Type;

  void parse(std::string_view header);
  void read(void* values, std::size_t bytes);
  template <class T>
  void convert(std::vector<real>& values);

  std::string path_;
  std::ifstream file_;
  const Type* type_ = nullptr;
  std::vector<int> shape_;
  std::size_t count_ = 1;  // number of values
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
