#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "framework/io/safetensors_stream.h"
#include "framework/matrix_view.h"

/// Matrices in device memory to and from files, in pieces: of a matrix of any size, no more than
/// `largest_piece` elements are held beside it, or a single column or row where that has more.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

inline constexpr std::size_t largest_piece = std::size_t{1} << 20;

/// Column after column, as a matrix lies: [cols, rows], of the type of real. Keeps the view.
TensorSource stored_by_columns(ConstMatrixView values);
/// Of a tensor with the type and the shape that stored_by_columns() gives.
void read_by_columns(const SafetensorsFile& file, const std::string& name, MatrixView values);

/// Row after row, as float, with any shape of that many elements. Keeps the view.
TensorSource stored_by_rows(ConstMatrixView values, std::vector<std::int64_t> shape);
/// Of a tensor of floats with that many elements.
void read_by_rows(const SafetensorsFile& file, const std::string& name, MatrixView values);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
