#pragma once

#include "framework/matrix_view.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// mean += E[column] of values: n × B to n × 1. Takes one vector of the workspace.
void add_batch_mean(ConstMatrixView values, MatrixView mean, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
