#pragma once

#include <cstddef>
#include <type_traits>

#include "framework/shape.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A dense column-major matrix in device memory that somebody else owns; a vector is a matrix of one column.
/// Host code may pass `data` on but not read through it: on a GPU it is a device pointer.
template <class T>
struct BasicMatrixView {
  T* data = nullptr;
  int rows = 0;
  int cols = 0;

  [[nodiscard]] Shape shape() const { return {rows, cols}; }
  [[nodiscard]] std::size_t size() const { return shape().size(); }
  /// Optional arguments of rules are views without data.
  explicit operator bool() const { return data != nullptr; }
  // NOLINTNEXTLINE(google-explicit-constructor): any view converts to a view to read from
  operator BasicMatrixView<const T>() const requires(!std::is_const_v<T>) { return {data, rows, cols}; }
};

/// Columns first, first + 1, ..., first + count - 1: some samples of a batch.
template <class T>
BasicMatrixView<T> columns(BasicMatrixView<T> all, int first, int count) {
  return {all.data + Shape{all.rows, first}.size(), all.rows, count};
}

using MatrixView = BasicMatrixView<real>;
using ConstMatrixView = BasicMatrixView<const real>;

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
