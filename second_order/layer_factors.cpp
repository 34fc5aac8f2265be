#include "second_order/layer_factors.h"

#include <fmt/core.h>

#include "second_order/dense.h"
#include "second_order/row_space.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

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
