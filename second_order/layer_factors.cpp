#include "second_order/layer_factors.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/options.h"
#include "second_order/solvers/row_space.h"

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

LayerFactors::LayerFactors(const Plan& plan, const SecondOrderOptions& options)
    : blocks_(plan, *options.curvature, {.seed = options.seed, .product_share = options.product_share}),
      averages_(blocks_, {.decay = options.averaging,
                          .max_inputs = options.solver->takes_moment ? options.average_inputs : 0,
                          .joined = options.solver->joins_bias}),
      every_(options.curvature_every),
      joins_bias_(options.solver->joins_bias) {
  for (const WeightedLayer& layer : layers()) {
    const ConstMatrixView average = averages_.block(output_factors_.size());
    output_factors_.push_back(average ? average : blocks_.block(layer));
  }
}

SolveSummary LayerFactors::refresh(std::int64_t step) {
  kept_ = step % every_ != 0;
  if (kept_) return {};
  const std::int64_t number = step / every_;
  const SolveSummary made = blocks_.run(static_cast<std::uint64_t>(number));
  if (made.usable()) averages_.add(blocks_, number + 1);
  return made;
}

double LayerFactors::output_mean(std::size_t i) const { return mean_eigenvalue(output_factors_[i]); }

double LayerFactors::input_mean(std::size_t i) const {
  if (const ConstMatrixView average = moment(i)) return mean_eigenvalue(average);
  return curvegraph::input_mean(blocks_.input(layers()[i]), joins_bias_);
}

std::vector<NamedState> LayerFactors::state() {
  std::vector<NamedState> state = averages_.state();
  if (every_ > 1 && !averages_.active()) {
    for (const WeightedLayer& layer : layers()) {
      state.push_back({fmt::format("block.{}", layer.layer), blocks_.block(layer)});
    }
  }
  for (NamedState& product : blocks_.state()) state.push_back(product);
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
