#include "models/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "framework/data/batch_loader.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/random.h"
#include "ops/logistic.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

CURVEGRAPH_DEVICE std::size_t largest(const real* column, std::size_t rows) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < rows; ++i) {
    if (column[i] > column[best]) best = i;
  }
  return best;
}

double accuracy(ConstMatrixView output, ConstMatrixView target) {
  const std::size_t rows = to_index(output.rows);
  const std::size_t batch = to_index(output.cols);
  const real* h = output.data;
  const real* t = target.data;
  const int correct = sum_over_index<int>(batch, [=] CURVEGRAPH_DEVICE(std::size_t sample) {
    return largest(h + sample * rows, rows) == largest(t + sample * rows, rows) ? 1 : 0;
  });
  return static_cast<double>(correct) / static_cast<double>(batch);
}

struct Output {
  static CURVEGRAPH_DEVICE real predict(real h) { return h; }
};
struct Sigmoid {
  static CURVEGRAPH_DEVICE real predict(real h) { return Logistic::f(h); }
};

/// Mean of ((prediction - target) scale)²; scale is 1 if `target_scale` has no data.
template <class Prediction>
double mean_squared_error(ConstMatrixView output, ConstMatrixView target, ConstMatrixView target_scale) {
  const std::size_t rows = to_index(output.rows);
  const real* h = output.data;
  const real* t = target.data;
  const real* scale = target_scale.data;
  const double sum = sum_over_index<double>(output.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    double r = Prediction::predict(h[i]) - t[i];
    if (scale != nullptr) r *= static_cast<double>(scale[i % rows]);
    return r * r;
  });
  return sum / static_cast<double>(output.size());
}

}  // namespace

void Score::add(const Score& other) {
  if (other.samples == 0) return;
  samples += other.samples;
  const double weight = static_cast<double>(other.samples) / static_cast<double>(samples);
  loss += weight * (other.loss - loss);
  accuracy += weight * (other.accuracy - accuracy);
  squared_error += weight * (other.squared_error - squared_error);
}

double Score::measure(Task task) const { return task == Task::Classification ? accuracy : std::sqrt(squared_error); }

std::string_view Score::measure_name(Task task) { return task == Task::Classification ? "accuracy" : "rmse"; }

Score score_batch(const Plan& plan, const Model& model, Task task, ConstMatrixView target_scale) {
  const ConstMatrixView output = plan.value(model.output);
  const ConstMatrixView target = plan.value(model.target);
  Score score{.loss = plan.mean_loss(), .samples = output.cols};
  if (task == Task::Classification) {
    score.accuracy = accuracy(output, target);
  } else {
    const Op& criterion = *model.graph->nodes()[to_index(model.loss.index)].op;
    score.squared_error = criterion.targets == Op::Targets::Fractions
                              ? mean_squared_error<Sigmoid>(output, target, target_scale)
                              : mean_squared_error<Output>(output, target, target_scale);
  }
  return score;
}

int evaluation_batch(std::span<const int> layers) {
  constexpr int most = 1000;
  constexpr int values = (64 << 20) / sizeof(real);
  return std::clamp(values / std::ranges::max(layers), 1, most);
}

Score evaluate(Plan& plan, const Model& model, BatchLoader& data) {
  std::vector<int> all(to_index(data.dataset().size()));
  std::iota(all.begin(), all.end(), 0);
  return evaluate(plan, model, data, all);
}

Score evaluate(Plan& plan, const Model& model, BatchLoader& data, std::span<const int> chosen) {
  const int largest_batch = plan.batch();
  Score score;
  const auto next = [&](std::span<const int> rest) {
    return rest.first(std::min(rest.size(), to_index(largest_batch)));
  };
  for (std::span<const int> rest = chosen; !rest.empty();) {
    const auto samples = next(rest);
    rest = rest.subspan(samples.size());
    plan.set_batch(static_cast<int>(samples.size()));
    data.load(samples, plan.input(model.input), plan.input(model.target));
    if (!rest.empty()) data.prefetch(next(rest));
    plan.forward();
    score.add(score_batch(plan, model, data.dataset().task, data.target_scale()));
  }
  plan.set_batch(largest_batch);
  return score;
}

void set_epoch_order(std::uint64_t seed, int epoch, std::vector<int>& order) {
  std::iota(order.begin(), order.end(), 0);
  Random(seed, Random::Stream::Shuffle, static_cast<std::uint64_t>(epoch)).shuffle(order);
}

Trainer::Trainer(const Model& model, Plan& plan, Optimizer& optimizer, BatchLoader& data, std::uint64_t seed)
    : model_(model),
      plan_(plan),
      optimizer_(optimizer),
      data_(data),
      seed_(seed),
      steps_(data.dataset().size() / plan.batch()),
      order_(to_index(data.dataset().size())) {
  if (steps_ == 0) {
    throw UsageError(fmt::format("batch size {}: {} holds {} samples, expected at least a batch", plan.batch(),
                                 data.dataset().name, data.dataset().size()));
  }
}

EpochSummary Trainer::run_epoch(int epoch, const std::function<void(const Progress&)>& on_step) {
  return run_part(epoch, 0, [&](const Progress& progress) {
    if (on_step) on_step(progress);
    return true;
  });
}

EpochSummary Trainer::run_part(int epoch, int first, const std::function<bool(const Progress&)>& go_on) {
  set_epoch_order(seed_, epoch, order_);
  const std::size_t batch = to_index(plan_.batch());
  Progress progress{.step = first, .steps = steps_};
  const auto samples = [&](int step) { return std::span<const int>(order_).subspan(to_index(step) * batch, batch); };
  for (int step = first; step < steps_; ++step) {
    data_.load(samples(step), plan_.input(model_.input), plan_.input(model_.target));
    if (step + 1 < steps_) data_.prefetch(samples(step + 1));
    plan_.forward();
    const Score score = score_batch(plan_, model_, data_.dataset().task, data_.target_scale());
    const auto stopped = [&](const std::string& why) {
      return EpochSummary{.complete = false,
                          .steps = step - first,
                          .message = fmt::format("epoch {}, step {}: {}", epoch, step + 1, why)};
    };
    const bool finite = std::isfinite(score.loss);
    if (!finite && !optimizer_.copes_with_any_loss()) {
      return stopped(fmt::format("the loss is {}, expected a finite number", score.loss));
    }
    plan_.backward();
    const StepSummary taken = optimizer_.step();
    if (!taken.taken) return stopped(taken.message);
    progress.step = step + 1;
    if (finite) progress.score.add(score);
    const bool goes_on = go_on(progress);
    // Of several batches, the others may still have a step that pays.
    if (taken.finished && steps_ == 1) return {.complete = true, .steps = 1, .finished = taken.message};
    if (!goes_on) return {.complete = step + 1 == steps_, .steps = step + 1 - first};
  }
  return {.complete = true, .steps = steps_ - first};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
