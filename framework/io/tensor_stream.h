#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "framework/io/safetensors_stream.h"
#include "framework/matrix_view.h"

/// Writes matrices in device memory to files and reads them back, in pieces. For a matrix of any size, a piece in
/// memory has no more than `largest_piece` elements, or is a single column or row if that has more.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

inline constexpr std::size_t largest_piece = std::size_t{1} << 20;

/// Stores a matrix column after column, as it lies in memory: shape [cols, rows], type of real. Keeps the view.
TensorSource stored_by_columns(ConstMatrixView values);
/// Reads a tensor with the type and the shape that stored_by_columns() gives.
void read_by_columns(const SafetensorsFile& file, const std::string& name, MatrixView values);

/// Stores a matrix row after row, type of real. `shape` is any shape with as many elements. Keeps the view.
TensorSource stored_by_rows(ConstMatrixView values, std::vector<std::int64_t> shape);
/// Reads a tensor of numbers, of any precision, with as many elements as `values`.
void read_by_rows(const SafetensorsFile& file, const std::string& name, MatrixView values);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
