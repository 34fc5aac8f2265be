#include "tools/reproduce/block_errors.h"

#include <array>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/curvature/block_error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kMeasured{&fisher, &fisher_sampled, &gauss_newton, &pch_1, &pch_2};

void require_usable(const SolveSummary& summary, const Curvature& curvature, int layer) {
  if (!summary.usable()) throw Error(fmt::format("layer {}, {}: {}", layer, curvature.name, to_string(summary)));
}

/// What can fail here is of the criterion's block, at the last layer.
void propagate(LayerBlocks& blocks, std::uint64_t draw) {
  require_usable(blocks.run(draw), blocks.curvature(), blocks.layers().back().layer);
}

}  // namespace

BlockErrors::BlockErrors(const Plan& plan, const Op& criterion, std::uint64_t seed)
    : exact_(std::make_unique<LayerBlocks>(plan, exact)) {
  for (const Curvature* curvature : kMeasured) {
    if (obstacle(*curvature, criterion).empty()) {
      curvatures_.push_back(std::make_unique<LayerBlocks>(plan, *curvature, LayerBlocksOptions{.seed = seed}));
    }
  }
  absolute_.reserve(exact_->layers().size());
  for (const WeightedLayer& layer : exact_->layers()) absolute_.emplace_back(exact_->block(layer).shape());
}

std::vector<CurvatureErrors> BlockErrors::measure(std::uint64_t draw) {
  propagate(*exact_, draw);
  for (std::size_t i = 0; i < absolute_.size(); ++i) {
    const WeightedLayer& layer = exact_->layers()[i];
    copy(std::as_const(*exact_).block(layer), absolute_[i]);
    workspace_.reset();
    require_usable(take_absolute_eigenvalues(absolute_[i], workspace_), exact, layer.layer);
  }
  std::vector<CurvatureErrors> all;
  all.reserve(curvatures_.size());
  for (const std::unique_ptr<LayerBlocks>& blocks : curvatures_) {
    propagate(*blocks, draw);
    CurvatureErrors& errors = all.emplace_back(CurvatureErrors{.curvature = &blocks->curvature()});
    for (std::size_t i = 0; i < absolute_.size(); ++i) {
      const WeightedLayer& layer = blocks->layers()[i];
      const BlockError error = block_error(std::as_const(*blocks).block(layer), absolute_[i]);
      require_usable(error.summary, blocks->curvature(), layer.layer);
      errors.layers.push_back(error.value);
    }
  }
  return all;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
