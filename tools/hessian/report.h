#pragma once

#include <string_view>
#include <vector>

#include "tools/command_line/status_line.h"
#include "tools/hessian/blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Measures of one curvature's block G at one layer.
struct BlockMeasures {
  double error = 0;  ///< ‖G - |E[H]|‖_F
  double smallest_eigenvalue = 0;
  double largest_eigenvalue = 0;
};

struct CurvatureReport {
  std::string_view curvature;
  std::vector<BlockMeasures> layers = {};
  double total_error = 0;
};

/// What the tool reports about blocks.
struct Report {
  std::vector<int> units = {};           ///< by layer: nₜ
  std::vector<double> mean_shares = {};  ///< by layer: ‖a‖² / tr A of its input
  std::vector<CurvatureReport> curvatures = {};
};

/// Throws Error, which names curvature, layer and number, if a block is not finite or its eigenvalues cannot be
/// computed.
Report make_report(const NetworkBlocks& blocks, StatusLine& status);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
