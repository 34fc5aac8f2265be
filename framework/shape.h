#pragma once

#include <cstddef>
#include <string>

#include "framework/index.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Rows and columns of a dense matrix. In a value of a graph, rows are features and a column is a sample.
struct Shape {
  int rows = 0;
  int cols = 0;

  [[nodiscard]] std::size_t size() const { return to_index(rows) * to_index(cols); }
  friend bool operator==(const Shape&, const Shape&) = default;
};

/// "512x784", as messages print it.
inline std::string to_string(const Shape& shape) {
  return std::to_string(shape.rows) + "x" + std::to_string(shape.cols);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
