#include "second_order/factor_averages.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "second_order/automatic.h"
#include "second_order/dense.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// sum = β sum + (1-β) G
void average(real beta, ConstMatrixView block, MatrixView sum) {
  const real* from = block.data;
  real* to = sum.data;
  for_each_index(sum.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { to[i] = beta * to[i] + (1 - beta) * from[i]; });
}

}  // namespace

FactorAverages::FactorAverages(const LayerBlocks& curvature, const AveragingOptions& options) : options_(options) {
  if (!(options.decay >= 0 && options.decay < 1)) {
    throw UsageError(fmt::format("averaging: the decay is {}, expected a number in [0, 1)", options.decay));
  }
  if (options.max_inputs < 0 || options.max_inputs > widest) {
    throw UsageError(
        fmt::format("averaging: max_inputs is {}, expected a number from 0 to {}", options.max_inputs, widest));
  }
  if (options.decay == 0) return;
  const bool narrow = is_narrow(curvature.plan(), options.max_inputs);
  for (const WeightedLayer& layer : curvature.layers()) {
    blocks_.emplace_back(curvature.block(layer).shape());
    const int joined = curvature.input(layer).rows + (options.joined ? 1 : 0);
    if (narrow) moments_.emplace_back(joined, joined);
  }
}

void FactorAverages::add(const LayerBlocks& curvature, std::int64_t k) {
  if (blocks_.empty()) return;
  const real beta = static_cast<real>(std::min(1 - 1 / static_cast<double>(k), options_.decay));
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const WeightedLayer& layer = curvature.layers()[i];
    average(beta, curvature.block(layer), blocks_[i]);
    if (moments_.empty()) continue;
    workspace_.reset();
    ConstMatrixView h = curvature.input(layer);
    if (options_.joined) {
      const MatrixView joined = workspace_.take(h.rows + 1, h.cols);
      join_constant(h, joined);
      h = joined;
    }
    symmetric_product((1 - beta) / static_cast<real>(h.cols), h, Transpose::No, h, Transpose::Yes, beta, moments_[i]);
  }
}

std::vector<NamedState> FactorAverages::state() {
  std::vector<NamedState> state;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    state.push_back({fmt::format("average.block.{}", i + 1), blocks_[i]});
    if (!moments_.empty()) state.push_back({fmt::format("average.moment.{}", i + 1), moments_[i]});
  }
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
