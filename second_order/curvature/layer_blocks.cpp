#include "second_order/curvature/layer_blocks.h"

#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/linalg.h"
#include "second_order/curvature/recursion.h"
#include "second_order/curvature/sampled_gradients.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

LayerBlocks::LayerBlocks(const Plan& plan, const Curvature& curvature, const LayerBlocksOptions& options)
    : plan_(&plan), curvature_(&curvature), seed_(options.seed) {
  plan.require_gradients("second order");
  find_layers();
  using Method = Curvature::Method;
  if (curvature.method == Method::Recursion) {
    recursion_ = std::make_unique<Recursion>(plan, curvature, options.product_share);
  } else if (curvature.method == Method::RecursionPerSample) {
    recursion_ = std::make_unique<Recursion>(plan, curvature);
  } else if (curvature.method == Method::SampledGradientMoment) {
    sampled_ = std::make_unique<SampledGradients>(plan);
  }
  allocate();
}

LayerBlocks::LayerBlocks(LayerBlocks&&) noexcept = default;
LayerBlocks& LayerBlocks::operator=(LayerBlocks&&) noexcept = default;
LayerBlocks::~LayerBlocks() = default;

void LayerBlocks::allocate() {
  means_.reserve(layers_.size());
  for (const WeightedLayer& layer : layers_) {
    if (curvature_->method == Curvature::Method::Recursion) {
      blocks_.push_back(recursion_->block(layer.node));
    } else {
      const int features = plan_->graph().nodes()[to_index(layer.node)].features;
      blocks_.push_back(means_.emplace_back(features, features).view());
    }
  }
}

void LayerBlocks::find_layers() {
  std::vector<bool> taken(plan_->graph().parameters().size());
  for (const int index : plan_->order()) {
    const Node& node = plan_->graph().nodes()[to_index(index)];
    if (!node.is_weighted()) continue;
    for (const int parameter : node.parameters) {
      if (taken[to_index(parameter)]) {
        throw UsageError(fmt::format("second order: {} shares a parameter with another layer, which has no block rule",
                                     plan_->graph().describe(index)));
      }
      taken[to_index(parameter)] = true;
    }
    layers_.push_back(
        {.layer = static_cast<int>(layers_.size()) + 1, .node = index, .weight = node.weight(), .bias = node.bias()});
  }
}

SolveSummary LayerBlocks::run(std::uint64_t number) {
  if (curvature_->method == Curvature::Method::Recursion) return recursion_->run(0, plan_->batch(), number);
  if (curvature_->method == Curvature::Method::RecursionPerSample) return run_per_sample();
  if (sampled_) {
    Random random(seed_, Random::Stream::Targets, number);
    sampled_->run(random);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const ConstMatrixView delta = sampled_ ? sampled_->delta(layers_[i].node) : this->delta(layers_[i]);
    BatchMean(delta).second_moment(delta, means_[i]);
  }
  return {};
}

std::vector<NamedState> LayerBlocks::state() { return recursion_ ? recursion_->state() : std::vector<NamedState>{}; }

// Of one sample (6) is (4b), which is exact.
SolveSummary LayerBlocks::run_per_sample() {
  for (Tensor& mean : means_) fill(mean, 0);
  const int batch = plan_->batch();
  for (int sample = 0; sample < batch; ++sample) {
    const SolveSummary summary = recursion_->run(sample, 1);
    if (!summary.usable()) return summary;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      axpy(BatchMean(batch).weight(), recursion_->block(layers_[i].node), means_[i]);
    }
  }
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
