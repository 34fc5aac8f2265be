#include "framework/io/tensor_stream.h"

#include <algorithm>
#include <span>

#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The number of columns or rows per piece, for `count` columns or rows of `length` elements each.
int lines_a_piece(int count, int length) {
  const std::size_t lines = largest_piece / static_cast<std::size_t>(std::max(length, 1));
  return static_cast<int>(std::clamp<std::size_t>(lines, 1, static_cast<std::size_t>(std::max(count, 1))));
}

/// Calls visit(first, count) for pieces of up to `lines` lines that together cover the lines 0, 1, ..., count - 1.
template <class Visit>
void for_each_piece(int count, int lines, Visit visit) {
  for (int first = 0; first < count; first += lines) visit(first, std::min(lines, count - first));
}

/// Copies rows first, first + 1, ... of a matrix to the columns of `rows`, as many as it has.
void gather_rows(ConstMatrixView matrix, int first, MatrixView rows) {
  const std::size_t height = to_index(matrix.rows);
  const std::size_t width = to_index(matrix.cols);
  const std::size_t count = to_index(rows.cols);
  const real* from = matrix.data + first;
  real* to = rows.data;
  // Goes through the matrix column by column: on the host, the rows of a piece share cache lines within a column.
  for_each_column({rows.cols, matrix.cols}, [=] CURVEGRAPH_DEVICE(std::size_t col) {
    for (std::size_t row = 0; row < count; ++row) to[row * width + col] = from[row + col * height];
  });
}

/// The inverse of gather_rows().
void scatter_rows(ConstMatrixView rows, int first, MatrixView matrix) {
  const std::size_t height = to_index(matrix.rows);
  const std::size_t width = to_index(matrix.cols);
  const std::size_t count = to_index(rows.cols);
  const real* from = rows.data;
  real* to = matrix.data + first;
  for_each_column({rows.cols, matrix.cols}, [=] CURVEGRAPH_DEVICE(std::size_t col) {
    for (std::size_t row = 0; row < count; ++row) to[row + col * height] = from[row * width + col];
  });
}

std::uint64_t place(int line, int length, std::size_t element_size) {
  return Shape{length, line}.size() * element_size;
}

}  // namespace

TensorSource stored_by_columns(ConstMatrixView values) {
  const auto write = [values](const ByteSink& out) {
    const int lines = lines_a_piece(values.cols, values.rows);
    std::vector<real> host(Shape{values.rows, lines}.size());
    for_each_piece(values.cols, lines, [&](int first, int count) {
      const ConstMatrixView piece = columns(values, first, count);
      const auto part = std::span(host).first(piece.size());
      copy_to_host(piece, part);
      out(std::as_bytes(part));
    });
  };
  return {dtype_of<real>(), {values.cols, values.rows}, write};
}

void read_by_columns(const SafetensorsFile& file, const std::string& name, MatrixView values) {
  const int lines = lines_a_piece(values.cols, values.rows);
  std::vector<real> host(Shape{values.rows, lines}.size());
  for_each_piece(values.cols, lines, [&](int first, int count) {
    const MatrixView piece = columns(values, first, count);
    const auto part = std::span(host).first(piece.size());
    file.read(name, place(first, values.rows, sizeof(real)), std::as_writable_bytes(part));
    copy_to_device(part, piece);
  });
}

TensorSource stored_by_rows(ConstMatrixView values, std::vector<std::int64_t> shape) {
  const auto write = [values](const ByteSink& out) {
    const int lines = lines_a_piece(values.rows, values.cols);
    Tensor rows(values.cols, lines);
    std::vector<real> host(rows.size());
    for_each_piece(values.rows, lines, [&](int first, int count) {
      const MatrixView piece = columns(rows.view(), 0, count);
      gather_rows(values, first, piece);
      const auto part = std::span(host).first(piece.size());
      copy_to_host(piece, part);
      out(std::as_bytes(part));
    });
  };
  return {dtype_of<real>(), std::move(shape), write};
}

void read_by_rows(const SafetensorsFile& file, const std::string& name, MatrixView values) {
  const int lines = lines_a_piece(values.rows, values.cols);
  Tensor rows(values.cols, lines);
  std::vector<real> host(rows.size());
  for_each_piece(values.rows, lines, [&](int first, int count) {
    const MatrixView piece = columns(rows.view(), 0, count);
    const auto part = std::span(host).first(piece.size());
    file.read_numbers(name, Shape{values.cols, first}.size(), part);
    copy_to_device(part, piece);
    scatter_rows(piece, first, values);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
