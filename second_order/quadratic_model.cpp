#include "second_order/quadratic_model.h"

#include <algorithm>
#include <cmath>

#include "framework/kernel.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// Z = b 1ᵀ - z
void start_change(ConstMatrixView bias, ConstMatrixView z, MatrixView change) {
  const std::size_t rows = static_cast<std::size_t>(z.rows);
  const real* b = bias.data;
  const real* old = z.data;
  real* Z = change.data;
  for_each_element(z.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    Z[row + col * rows] = b[row] - old[row + col * rows];
  });
}

}  // namespace

double trust_share(double bound, double loss, double eta, double slope) {
  if (bound == 0 || slope >= 0) return 1;
  const double change = -eta * eta * slope;
  const double decrease = -eta * slope;
  return std::min({1.0, std::sqrt(bound * loss / change), loss / decrease});
}

double predicted_change(const Plan& plan, const LayerBlocks& curvature, std::span<const ConstMatrixView> blocks,
                        Workspace& workspace) {
  const auto parameters = plan.graph().parameters();
  double sum = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const WeightedLayer& layer = curvature.layers()[i];
    workspace.reset();
    const Plan::NodeViews& v = plan.views(layer.node);
    const MatrixView Z = workspace.take(v.y.rows, v.y.cols);
    const MatrixView curved = workspace.take(v.y.rows, v.y.cols);
    start_change(parameters[static_cast<std::size_t>(layer.bias)], v.y, Z);
    gemm(1, parameters[static_cast<std::size_t>(layer.weight)], Transpose::No, v.x[0], Transpose::No, 1, Z);
    symm(real{1} / 2, blocks[i], Z, 0, curved);
    axpy(1, v.dy, curved);
    sum += static_cast<double>(dot(Z, curved));
  }
  return sum / plan.batch();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
