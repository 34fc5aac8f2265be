#include "tools/bench/measure.h"

#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "tools/bench/product_times.h"
#include "tools/command_line/status_line.h"
#include "tools/measure/machine.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kStepsInARound = 5;

class Progress {
 public:
  explicit Progress(int all) : all_(all) {}

  void step(const OptimizerOptions& optimizer) {
    ++done_;
    if (line_.due()) line_.draw(fmt::format("{}  {}", progress_bar(done_, all_), optimizer.optimizer_name()));
  }

 private:
  StatusLine line_;
  int all_;
  int done_ = 0;
};

std::vector<Product> all_products(const std::vector<OptimizerMeasurements>& optimizers) {
  std::vector<Product> all;
  for (const OptimizerMeasurements& each : optimizers)
    all.insert(all.end(), each.products.begin(), each.products.end());
  return all;
}

}  // namespace

Measurements measure(const BenchOptions& options) {
  Measurements measured;
  const int rounds = (options.steps + kStepsInARound - 1) / kStepsInARound;
  Progress progress(static_cast<int>(options.optimizers.size()) * (options.warm_up + 1 + rounds + options.steps));

  // Memory is measured for the first optimizer, before the others exist.
  std::vector<std::unique_ptr<TimedTraining>> trainings;
  for (const OptimizerOptions& optimizer : options.optimizers) {
    TimedTraining& training = *trainings.emplace_back(std::make_unique<TimedTraining>(options, optimizer));
    MemoryMeasurements& memory = measured.memory;
    const bool first = trainings.size() == 1;
    if (first) {
      memory = {.weights = training.weights_size(), .batch = training.batch_size(), .peak = peak_memory()};
      reset_peak_memory();
    }
    for (int step = 0; step < options.warm_up; ++step) {
      training.step();
      progress.step(optimizer);
    }
    if (first) {
      memory.peak_of_steps = peak_memory();
      memory.peak = std::max(memory.peak, memory.peak_of_steps);
    }
    measured.optimizers.push_back({.optimizer = optimizer, .products = training.products()});
    progress.step(optimizer);
  }

  ProductTimes products(all_products(measured.optimizers));
  for (int left = options.steps; left > 0; left -= kStepsInARound) {
    for (std::size_t i = 0; i < trainings.size(); ++i) {
      const OptimizerOptions& optimizer = options.optimizers[i];
      trainings[i]->step();  // brings the network back into the caches
      progress.step(optimizer);
      std::vector<StepTimes>& steps = measured.optimizers[i].rounds.emplace_back();
      while (static_cast<int>(steps.size()) < std::min(left, kStepsInARound)) {
        steps.push_back(trainings[i]->step());
        progress.step(optimizer);
      }
    }
    products.measure();
  }
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    measured.optimizers[i].iterations = trainings[i]->iterations();
  }
  measured.product_seconds = products.seconds();
  return measured;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
