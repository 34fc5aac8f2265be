#include "framework/optimizers/weight_average.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// mean = mean + w (θ - mean)
void move_towards(real weight, ConstMatrixView parameter, MatrixView mean) {
  const real* theta = parameter.data;
  real* to = mean.data;
  for_each_index(mean.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { to[i] += weight * (theta[i] - to[i]); });
}

void exchange(MatrixView left, MatrixView right) {
  real* a = left.data;
  real* b = right.data;
  for_each_index(left.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    const real kept = a[i];
    a[i] = b[i];
    b[i] = kept;
  });
}

}  // namespace

WeightAverage::WeightAverage(Graph& graph, double share) : graph_(&graph), share_(share) {
  if (!(share > 0 && share < 1)) {
    throw UsageError(
        fmt::format("average of weights: its share of the steps is {}, expected a number in (0, 1)", share));
  }
  for (const Tensor& parameter : graph.parameters()) means_.emplace_back(parameter.shape());
}

void WeightAverage::add(std::int64_t step) {
  if (!due(step)) return;
  const double since = static_cast<double>(step < kDense ? 1 : kSparse);
  const real weight = static_cast<real>(since / (share_ * static_cast<double>(step) + since));
  for (std::size_t p = 0; p < means_.size(); ++p) {
    if (step == 0) {
      copy(graph_->parameters()[p], means_[p]);
    } else {
      move_towards(weight, graph_->parameters()[p], means_[p]);
    }
  }
}

void WeightAverage::restore() const {
  for (std::size_t p = 0; p < means_.size(); ++p) copy(means_[p], graph_->parameters()[p]);
}

void WeightAverage::swap() {
  for (std::size_t p = 0; p < means_.size(); ++p) exchange(graph_->parameters()[p], means_[p]);
}

std::vector<NamedState> WeightAverage::state() {
  std::vector<NamedState> state;
  for (std::size_t p = 0; p < means_.size(); ++p) state.push_back({fmt::format("average.{}", p), means_[p]});
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
