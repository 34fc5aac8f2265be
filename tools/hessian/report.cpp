#include "tools/hessian/report.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/error.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/curvature/block_error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void require_usable(const SolveSummary& summary, const Curvature& curvature, std::size_t layer) {
  if (!summary.usable()) throw Error(fmt::format("layer {}, {}: {}", layer + 1, curvature.name, to_string(summary)));
}

const CurvatureBlocks& exact_blocks(const NetworkBlocks& blocks) {
  return *std::ranges::find(blocks.curvatures, &exact, &CurvatureBlocks::curvature);
}

BlockMeasures measure(const CurvatureBlocks& blocks, std::size_t layer, ConstMatrixView absolute,
                      Workspace& workspace) {
  const Tensor& block = blocks.layers[layer];
  workspace.reset();
  const EigenvalueRange eigenvalues = eigenvalue_range(block, workspace);
  require_usable(eigenvalues.summary, *blocks.curvature, layer);
  const BlockError error = block_error(block, absolute);
  require_usable(error.summary, *blocks.curvature, layer);
  return {.error = error.value, .smallest_eigenvalue = eigenvalues.smallest, .largest_eigenvalue = eigenvalues.largest};
}

}  // namespace

Report make_report(const NetworkBlocks& blocks, StatusLine& status) {
  Report report;
  for (const CurvatureBlocks& each : blocks.curvatures)
    report.curvatures.push_back({.curvature = each.curvature->name});
  const std::vector<Tensor>& hessians = exact_blocks(blocks).layers;
  Workspace workspace;
  for (std::size_t layer = 0; layer < hessians.size(); ++layer) {
    status.draw(fmt::format("eigenvalues of layer {} of {} ...", layer + 1, hessians.size()));
    report.units.push_back(hessians[layer].shape().rows);
    report.mean_shares.push_back(blocks.inputs[layer].mean_share());
    Tensor absolute = hessians[layer];
    workspace.reset();
    require_usable(take_absolute_eigenvalues(absolute, workspace), exact, layer);
    for (std::size_t i = 0; i < blocks.curvatures.size(); ++i) {
      report.curvatures[i].layers.push_back(measure(blocks.curvatures[i], layer, absolute, workspace));
    }
  }
  for (CurvatureReport& each : report.curvatures) {
    std::vector<double> errors;
    for (const BlockMeasures& layer : each.layers) errors.push_back(layer.error);
    each.total_error = total_error(errors);
  }
  return report;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
