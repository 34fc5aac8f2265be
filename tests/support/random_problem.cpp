#include "tests/support/random_problem.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "ops/registry.h"
#include "second_order/curvature/curvature.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

class Draw {
 public:
  Draw(std::uint64_t seed, std::uint64_t part) : random_(seed, Random::Stream::Test, part) {}

  int whole(int least, int most) {
    return least + static_cast<int>(random_.below(static_cast<std::uint64_t>(most - least + 1)));
  }
  bool chance(double p) { return random_.uniform() < p; }
  double uniform() { return random_.uniform(); }
  double normal() { return random_.normal(); }
  /// 10 to a power between these.
  double scale(double least, double most) { return std::pow(10.0, least + (most - least) * random_.uniform()); }
  template <class T>
  const T& one_of(std::span<const T> all) {
    return all[static_cast<std::size_t>(whole(0, static_cast<int>(all.size()) - 1))];
  }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return one_of(std::span<const T>(all.begin(), all.size()));
  }

 private:
  Random random_;
};

using Column = std::vector<double>;

/// A feature of `samples` values, at times of a degenerate kind.
Column draw_feature(Draw& draw, int samples, const std::vector<Column>& others) {
  Column values(static_cast<std::size_t>(samples));
  const double scale = draw.chance(0.5) ? 1 : draw.scale(-12, 12);
  const double offset = draw.chance(0.7) ? 0 : scale * draw.scale(-2, 5);
  const int kind = draw.whole(0, 11);
  if (kind == 0 && !others.empty()) return draw.one_of(std::span<const Column>(others));  // a copy
  for (double& value : values) {
    value = offset + scale * draw.normal();
    if (kind == 1) value = offset;                                        // constant
    if (kind == 2) value = 0;                                             // constant zero
    if (kind == 3) value = scale * (draw.chance(0.05) ? 1 : 0);           // rare
    if (kind == 4) value = scale * std::pow(std::abs(draw.normal()), 6);  // heavy tails
    if (kind == 5) value = draw.chance(0.5) ? scale : -scale;             // two values
  }
  return values;
}

/// A target of regression from the features, with all kinds of noise.
Column draw_target(Draw& draw, int samples, const std::vector<Column>& features) {
  Column values(static_cast<std::size_t>(samples));
  const double scale = draw.scale(-12, 12);
  const double offset = draw.chance(0.5) ? 0 : scale * draw.scale(-2, 4);
  const double noise = draw.one_of({0.0, 0.01, 1.0});
  const int kind = draw.whole(0, 7);
  const Column& x = features.front();
  const double largest = std::abs(*std::ranges::max_element(x, {}, [](double v) { return std::abs(v); })) + 1e-300;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double y = std::sin(3 * x[i] / largest) + noise * draw.normal();
    if (kind == 0) y = 1;                             // constant
    if (kind == 1) y = draw.chance(0.1) ? 1e3 : y;    // outliers
    if (kind == 2) y = draw.chance(0.5) ? 0 : 1;      // two values
    if (kind == 3) y = std::pow(std::abs(y) + 1, 8);  // skewed
    values[i] = offset + scale * y;
  }
  return values;
}

Dataset part_of(const std::string& name, Task task, int classes, const std::vector<Column>& inputs,
                const std::vector<Column>& targets, const std::vector<int>& labels, std::size_t first,
                std::size_t last) {
  Dataset data{.name = name, .features = static_cast<int>(inputs.size()), .classes = classes, .task = task};
  data.target_columns = task == Task::Regression ? static_cast<int>(targets.size()) : 0;
  for (std::size_t i = first; i < last; ++i) {
    for (const Column& input : inputs) data.numbers.push_back(static_cast<real>(input[i]));
    if (task == Task::Regression) {
      for (const Column& target : targets) data.targets.push_back(static_cast<real>(target[i]));
    } else {
      data.labels.push_back(static_cast<std::uint8_t>(labels[i]));
    }
  }
  return data;
}

}  // namespace

std::string RandomProblem::describe() const {
  std::string line = fmt::format("{} samples", data.train.size());
  for (const auto& [name, value] : options) line += fmt::format(" --{} {}", name, value);
  return line;
}

RandomProblem random_problem(std::uint64_t seed) {
  Draw draw(seed, 0);
  const int samples = draw.whole(2, draw.chance(0.5) ? 12 : 250);
  const int features = draw.whole(1, 12);
  std::vector<Column> inputs;
  for (int f = 0; f < features; ++f) inputs.push_back(draw_feature(draw, samples, inputs));
  if (draw.chance(0.15)) {  // repeated samples
    const auto distinct = static_cast<std::size_t>(draw.whole(1, samples));
    for (Column& input : inputs) {
      for (std::size_t i = distinct; i < input.size(); ++i) input[i] = input[i % distinct];
    }
  }

  const bool regression = draw.chance(0.5);
  const int outputs = draw.whole(1, 4);
  std::vector<Column> targets;
  std::vector<int> labels;
  const int classes = outputs + 1;
  const Op* criterion = draw.one_of(criteria());
  if (regression) {
    while (criterion->targets == Op::Targets::Distributions) criterion = draw.one_of(criteria());
    for (int t = 0; t < outputs; ++t) targets.push_back(draw_target(draw, samples, inputs));
    if (criterion->targets == Op::Targets::Fractions) {
      for (Column& target : targets) {
        for (double& value : target) value = draw.chance(0.3) ? draw.whole(0, 1) : draw.uniform();
      }
    }
  } else {
    const bool related = draw.chance(0.7);
    for (int i = 0; i < samples; ++i) {
      const double x = inputs.front()[static_cast<std::size_t>(i)];
      labels.push_back(related ? (x > inputs.front().front() ? 1 : 0) : draw.whole(0, classes - 1));
    }
  }

  RandomProblem problem;
  const Task task = regression ? Task::Regression : Task::Classification;
  const auto held_out = static_cast<std::size_t>(std::max(1, samples / 5));
  const auto all = static_cast<std::size_t>(samples);
  problem.data.train = part_of("random train", task, classes, inputs, targets, labels, 0, all);
  problem.data.test = part_of("random test", task, classes, inputs, targets, labels, all - held_out, all);

  std::string layers = fmt::format("{}", features);
  for (int hidden = draw.whole(0, 4); hidden > 0; --hidden) {
    layers += fmt::format("-{}", draw.chance(0.2) ? draw.whole(1, 2) : draw.whole(1, 40));
  }
  layers += fmt::format("-{}", regression ? outputs : classes);
  problem.options = {{"layers", layers},
                     {"activation", std::string(draw.one_of(activations())->name)},
                     {"criterion", std::string(criterion->name)},
                     {"epochs", fmt::format("{}", draw.one_of({1, 3, 10, 40}))},
                     {"seed", fmt::format("{}", seed)}};
  return problem;
}

std::map<std::string, std::string> random_optimizer(std::uint64_t seed, int samples) {
  Draw draw(seed, 1);
  const auto number = [](double value) { return fmt::format("{:.3g}", value); };
  std::map<std::string, std::string> options;
  options["curvature"] = std::string(draw.one_of(curvatures())->name);
  const WeightSolverKind& solver = draw.one_of(weight_solvers());
  options["solver"] = std::string(solver.name);
  options["damping"] = draw.one_of({"fixed", "relative", "adaptive"});
  if (options["damping"] == "fixed") {
    options["alpha"] = number(draw.scale(-4, 0));
  } else {
    options["rho"] = number(draw.scale(-6, 3));
  }
  options["learning-rate"] = number(draw.scale(-3, 1));
  options["trust-region"] = draw.one_of({"0", "0.0001", "0.001", "0.01", "1"});
  options["momentum"] = draw.one_of({"0", "0", "0.9"});
  options["averaging"] = draw.one_of({"0", "0.5", "0.95"});
  options["curvature-every"] = draw.one_of({"1", "1", "5", "20"});
  if (draw.chance(0.5)) options["batch-size"] = fmt::format("{}", std::min(samples, draw.one_of({1, 2, 7, 32})));
  if (draw.chance(0.3)) options["weight-decay"] = number(draw.scale(-4, -1.1));
  if (draw.chance(0.2)) options["learning-rate-schedule"] = draw.one_of({"linear", "cosine"});
  if (solver.name == "ea-cg") options["rank"] = fmt::format("{}", draw.one_of({1, 1, 2, 5}));
  if (!solver.joins_bias) {
    options["max-cg"] = fmt::format("{}", draw.one_of({1, 5, 50}));
    options["cg-tolerance"] = draw.one_of({"0.1", "1e-5", "0"});
  }
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
