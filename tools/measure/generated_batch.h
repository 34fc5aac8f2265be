#pragma once

#include <cstdint>

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Fills inputs, features × B, as normalised images have them, of mean 0 and deviation 1, and one-hot targets,
/// classes × B.
void generate_batch(std::uint64_t seed, MatrixView inputs, MatrixView targets);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
