#include "models/training.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fmt/core.h>

#include "framework/data/batch_loader.h"
#include "framework/optimizers/weight_average.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// A plan for evaluation. Empty if the training plan holds about as many samples, since a second plan needs its own
/// inputs.
std::optional<Plan> evaluation_plan(const Network& network, int batch_size) {
  const int samples = evaluation_batch(network.layers());
  if (batch_size >= samples / 2) return {};
  const Model& model = network.model();
  return std::optional<Plan>(std::in_place, *model.graph, model.loss, samples, Plan::Buffers::Values);
}

}  // namespace

int fitting_batch_size(int samples, int most) {
  if (samples / 10 >= most) return most;
  const int steps = (samples + most - 1) / most;
  return std::max(1, samples / steps);
}

std::string far_above(double start_loss, double train_loss) {
  if (!std::isfinite(train_loss)) {
    return fmt::format("the loss after its last step is {}, expected a finite number", train_loss);
  }
  // The constant allows for rounding if the loss is zero to begin with.
  if (train_loss <= 10 * start_loss + 1e-6) return {};
  return fmt::format(
      "the training loss is {:.4g}, and was {:.4g} before the first step: a smaller learning rate, a trust region or "
      "more damping (rho or alpha) helps",
      train_loss, start_loss);
}

Training::Training(Network& network, const Dataset& train, int batch_size, std::uint64_t seed,
                   const MakeOptimizer& make_optimizer)
    : network_(network),
      plan_(*network.model().graph, network.model().loss, batch_size, Plan::Buffers::ValuesAndDeltas),
      evaluation_(evaluation_plan(network, batch_size)),
      optimizer_(make_optimizer(plan_)),
      train_(std::make_unique<BatchLoader>(train, network.inputs(), network.targets())),
      trainer_(network.model(), plan_, *optimizer_, *train_, seed) {
  network.require(train);
}

Training::~Training() = default;

Score Training::train_score() {
  const AveragedWeights averaged(*optimizer_);
  return evaluate(evaluation(), network_.model(), *train_);
}

Score Training::train_score(std::span<const int> samples) {
  const AveragedWeights averaged(*optimizer_);
  return evaluate(evaluation(), network_.model(), *train_, samples);
}

// The loader keeps the bytes of a batch, so it lives only for this call.
Score Training::score(const Dataset& data) {
  const AveragedWeights averaged(*optimizer_);
  BatchLoader loader(data, network_.inputs(), network_.targets());
  return evaluate(evaluation(), network_.model(), loader);
}

double Training::start_loss() {
  constexpr int kMost = 1000;
  const int all = train_->dataset().size();
  std::vector<int> samples(static_cast<std::size_t>(std::min(all, kMost)));
  // Spreads the samples over the set, which may be sorted by class.
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<int>(static_cast<std::int64_t>(i) * all / static_cast<std::int64_t>(samples.size()));
  }
  return train_score(samples).loss;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
