#pragma once

#include <cstdint>

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Fills inputs, features × B, with mean 0 and standard deviation 1 like normalised images, and one-hot targets,
/// classes × B.
void generate_batch(std::uint64_t seed, MatrixView inputs, MatrixView targets);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
