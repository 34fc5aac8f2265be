#include "tools/reproduce/cost_parts.h"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "models/mlp.h"
#include "second_order/second_order.h"
#include "tools/measure/generated_batch.h"
#include "tools/measure/heap.h"
#include "tools/measure/statistics.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kOutputs = 10;

template <class Work>
double seconds_of(const Work& work, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

/// What is short is done several times in a row, for the clock's sake.
template <class Work>
double median_seconds(int repetitions, const Work& work) {
  constexpr double kLeast = 2e-3;
  const int times = static_cast<int>(std::clamp(kLeast / seconds_of(work, 1), 1.0, 1000.0));
  std::vector<double> seconds;
  seconds.reserve(to_index(repetitions));
  for (int i = 0; i < repetitions; ++i) seconds.push_back(seconds_of(work, times));
  return quartiles(seconds).median;
}

/// What `make` leaves, which holds memory, and the bytes of that. The second of two, as the first call of a library may
/// keep memory for itself.
template <class Make>
auto made(const Make& make, std::size_t& bytes) {
  make();
  const std::size_t before = heap_in_use();
  auto result = make();
  bytes = heap_in_use() - before;
  return result;
}

void run(LayerBlocks& propagation) {
  if (const SolveSummary summary = propagation.run(); !summary.usable()) throw Error(to_string(summary));
}

std::unique_ptr<LayerBlocks> propagated(const Plan& plan, const Curvature& curvature) {
  auto propagation = std::make_unique<LayerBlocks>(plan, curvature);
  run(*propagation);
  return propagation;
}

void require_taken(const StepSummary& summary) {
  if (!summary.taken) throw Error(summary.message);
}

}  // namespace

std::vector<int> cost_layers(const CostOptions& options, int width) {
  std::vector<int> layers(to_index(options.hidden) + 1, width);
  layers.push_back(kOutputs);
  return layers;
}

CostNetwork::CostNetwork(const CostOptions& options, int width, int batch)
    : options_(options),
      model_(mlp(cost_layers(options, width), *options.activation, *options.criterion)),
      plan_(*model_.graph, model_.loss, batch, Plan::Buffers::ValuesAndDeltas) {
  initialize_xavier(*model_.graph, options.seed);
  generate_batch(options.seed, plan_.input(model_.input), plan_.input(model_.target));
  plan_.forward();
  plan_.backward();
}

Cost CostNetwork::propagation(const Curvature& curvature) {
  Cost cost;
  const auto propagation = made([&] { return propagated(plan_, curvature); }, cost.bytes);
  cost.seconds = median_seconds(options_.repetitions, [&] { run(*propagation); });
  return cost;
}

Cost CostNetwork::solve(const WeightSolverKind& solver) {
  SecondOrderOptions settings = paper_options();
  settings.solver = &solver;
  settings.learning_rate = 1e-6;  // so small that weights keep their size over any number of updates
  settings.damping.alpha = options_.alpha;
  settings.cg = {.max_iterations = options_.cg_iterations, .tolerance = 0};
  const auto update = [](SecondOrder& optimizer) {
    require_taken(optimizer.solve());
    optimizer.update();
  };
  std::size_t blocks = 0;
  made([&] { return propagated(plan_, pch_1); }, blocks);
  std::size_t all = 0;
  const auto optimizer = made(
      [&] {
        auto result = std::make_unique<SecondOrder>(plan_, settings);
        require_taken(result->propagate());
        update(*result);
        return result;
      },
      all);
  return {.seconds = median_seconds(options_.repetitions, [&] { update(*optimizer); }), .bytes = all - blocks};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
