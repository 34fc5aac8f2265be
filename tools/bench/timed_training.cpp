#include "tools/bench/timed_training.h"

#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/optimizers/weight_average.h"
#include "models/mlp.h"
#include "tools/measure/generated_batch.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Clock = std::chrono::steady_clock;

void check(const StepSummary& summary, const OptimizerOptions& optimizer, long long step) {
  if (!summary.taken) throw Error(fmt::format("{}, step {}: {}", optimizer.optimizer_name(), step, summary.message));
}

}  // namespace

TimedTraining::TimedTraining(const BenchOptions& options, const OptimizerOptions& optimizer)
    : options_(optimizer),
      model_(mlp(options.layers, *options.activation, *options.criterion)),
      plan_(*model_.graph, model_.loss, options.batch_size, Plan::Buffers::ValuesAndDeltas),
      optimizer_(make_optimizer(optimizer, plan_, options.seed)),
      second_order_(dynamic_cast<SecondOrder*>(optimizer_.get())),
      iterations_(options.layers.size() - 1) {
  initialize_xavier(*model_.graph, options.seed);
  generate_batch(options.seed, plan_.input(model_.input), plan_.input(model_.target));
  period_ = period(options.layers, options.batch_size, optimizer);
  if (!guarded(optimizer)) return;
  // The guard checks each of the first steps, but only some of the many steps after them, which are to be measured.
  single_step();
  optimizer_->set_steps(WeightAverage::kDense);
}

StepTimes TimedTraining::step() {
  const int group = period_;
  StepTimes mean;
  for (int i = 0; i < group; ++i) {
    const StepTimes times = single_step();
    mean.step += times.step / group;
    for (std::size_t phase = 0; phase < times.phases.size(); ++phase) mean.phases[phase] += times.phases[phase] / group;
  }
  return mean;
}

std::vector<Product> TimedTraining::products() {
  std::map<std::pair<Phase, ProductShape>, double> counts;
  ProductLog log;
  for (int i = 0; i < period_; ++i) {
    single_step([&](Phase phase) {
      for (const auto& [shape, count] : log.take()) counts[{phase, shape}] += count / period_;
    });
    log.take();  // removes the products of the loss
  }
  std::vector<Product> products;
  products.reserve(counts.size());
  for (const auto& [of, count] : counts) products.push_back({.phase = of.first, .shape = of.second, .count = count});
  return products;
}

StepTimes TimedTraining::single_step(const std::function<void(Phase)>& end_phase) {
  StepTimes times;
  ++steps_;
  const Clock::time_point start = Clock::now();
  Clock::time_point last = start;
  const auto end = [&](Phase phase) {
    const Clock::time_point now = Clock::now();
    times.phases[static_cast<std::size_t>(phase)] = std::chrono::duration<double>(now - last).count();
    last = now;
    if (!end_phase) return;
    end_phase(phase);
    last = Clock::now();
  };
  plan_.forward();
  end(Phase::Forward);
  plan_.backward();
  end(Phase::Backward);
  if (second_order_ != nullptr) {
    check(second_order_->propagate(), options_, steps_);
    end(Phase::Propagation);
    check(second_order_->solve(), options_, steps_);
    end(Phase::Solve);
    // Includes the measurements of adaptive damping after it, with a forward pass.
    second_order_->update();
  } else {
    check(optimizer_->step(), options_, steps_);
  }
  end(Phase::Update);
  times.step = std::chrono::duration<double>(last - start).count();

  if (const double loss = plan_.mean_loss(); !std::isfinite(loss)) {
    throw Error(fmt::format("{}, step {}: the loss is {}, expected a finite number: try a smaller --learning-rate",
                            options_.optimizer_name(), steps_, loss));
  }
  if (second_order_ != nullptr) {
    for (std::size_t i = 0; i < iterations_.size(); ++i) iterations_[i] += second_order_->layers()[i].weight.iterations;
  }
  return times;
}

std::vector<double> TimedTraining::iterations() const {
  std::vector<double> means;
  for (const long long sum : iterations_) {
    means.push_back(steps_ > 0 ? static_cast<double>(sum) / static_cast<double>(steps_) : 0);
  }
  return means;
}

std::size_t TimedTraining::weights_size() const {
  std::size_t elements = 0;
  for (const Tensor& parameter : model_.graph->parameters()) elements += parameter.size();
  return elements * sizeof(real);
}

std::size_t TimedTraining::batch_size() const {
  return (plan_.value(model_.input).size() + plan_.value(model_.target).size()) * sizeof(real);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
