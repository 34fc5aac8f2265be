#include "tools/hessian/blocks.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/curvature/layer_blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Samples between two updates of the progress line. Fixed, because the grouping of a sum affects its last bits.
constexpr std::size_t kChunk = 4;

LayerInput layer_input(ConstMatrixView h) {
  Tensor mean(h.rows, 1);
  Workspace workspace;
  BatchMean(h).add(h, mean, workspace);
  return {.mean = mean.to_host(), .second_moment_trace = static_cast<real>(squared_norm(h) / h.cols)};
}

void show_progress(StatusLine& status, const Curvature& curvature, std::size_t done, std::size_t all,
                   std::chrono::steady_clock::time_point start) {
  if (!status.due()) return;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double left = seconds * static_cast<double>(all - done) / static_cast<double>(done);
  status.draw(fmt::format("{}  {}  {} of {} samples  {} left", curvature.name,
                          progress_bar(static_cast<int>(done), static_cast<int>(all)), done, all,
                          format_duration(left)));
}

/// The mean blocks by layer. A mean of per-sample blocks is slow, and is summed a few samples at a time. All other
/// blocks are computed from means over the whole batch.
std::vector<Tensor> mean_blocks(Plan& plan, const Model& model, const Curvature& curvature, BatchLoader& data,
                                std::span<const int> samples, std::uint64_t seed, StatusLine& status) {
  const bool by_samples = curvature.method == Curvature::Method::RecursionPerSample;
  const std::size_t chunk = by_samples ? kChunk : samples.size();
  LayerBlocks propagation(plan, curvature, {.seed = seed});
  std::vector<Tensor> means;
  for (const WeightedLayer& layer : propagation.layers()) means.emplace_back(propagation.block(layer).shape());
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t done = 0; done < samples.size();) {
    const auto some = samples.subspan(done, std::min(chunk, samples.size() - done));
    forward_and_backward(plan, model, data, some);
    if (const SolveSummary summary = propagation.run(); !summary.usable()) {
      throw Error(fmt::format("{}: {}", curvature.name, to_string(summary)));
    }
    const double weight = static_cast<double>(some.size()) / static_cast<double>(samples.size());
    for (std::size_t i = 0; i < means.size(); ++i) {
      axpy(static_cast<real>(weight), propagation.block(propagation.layers()[i]), means[i]);
    }
    done += some.size();
    if (by_samples) show_progress(status, curvature, done, samples.size(), start);
  }
  return means;
}

}  // namespace

void forward_and_backward(Plan& plan, const Model& model, BatchLoader& data, std::span<const int> samples) {
  plan.set_batch(static_cast<int>(samples.size()));
  data.load(samples, plan.input(model.input), plan.input(model.target));
  plan.forward();
  plan.backward();
}

double LayerInput::mean_share() const {
  double square = 0;
  for (const real value : mean) square += static_cast<double>(value) * static_cast<double>(value);
  return square > 0 ? square / static_cast<double>(second_moment_trace) : 0;
}

NetworkBlocks compute_blocks(const TrainedNetwork& network, BatchLoader& data, std::span<const int> samples,
                             std::uint64_t seed, StatusLine& status) {
  const Model& model = network.model;
  Plan plan(*model.graph, model.loss, static_cast<int>(samples.size()), Plan::Buffers::ValuesAndGradients);
  forward_and_backward(plan, model, data, samples);
  if (const double loss = plan.mean_loss(); !std::isfinite(loss)) {
    throw Error(fmt::format("the loss of the batch is {}, expected a finite number", loss));
  }
  NetworkBlocks all{.batch = Tensor(plan.value(model.input).shape()),
                    .targets = Tensor(plan.value(model.target).shape())};
  copy(plan.value(model.input), all.batch);
  copy(plan.value(model.target), all.targets);
  for (const int index : plan.order()) {
    if (model.graph->nodes()[to_index(index)].is_weighted()) all.inputs.push_back(layer_input(plan.views(index).x[0]));
  }
  for (const Curvature* curvature : curvatures()) {
    if (const std::string reason = obstacle(*curvature, *network.criterion); !reason.empty()) {
      all.left_out.push_back({.curvature = curvature, .reason = reason});
      continue;
    }
    all.curvatures.push_back(
        {.curvature = curvature, .layers = mean_blocks(plan, model, *curvature, data, samples, seed, status)});
  }
  return all;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
