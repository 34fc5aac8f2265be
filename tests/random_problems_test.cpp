#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "tests/support/parse_options.h"
#include "tests/support/random_problem.h"
#include "tools/train/session.h"

/// Training as tools/train does it, on problems that nobody has chosen. CURVEGRAPH_PROBLEMS says how many each test
/// takes, CURVEGRAPH_FIRST_PROBLEM with which it begins, CURVEGRAPH_PERCENT how far above its start a run may end.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

int number_of(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

struct Outcome {
  double start = std::numeric_limits<double>::quiet_NaN();
  double end = std::numeric_limits<double>::quiet_NaN();
  std::string message;  // of a run that was refused or stopped
};

Outcome run(const RandomProblem& problem) {
  Outcome outcome;
  Arguments arguments{"--dataset=npy", "--data=none", "--output=none", "--threads=1"};
  for (const auto& [name, value] : problem.options) arguments.push_back("--" + name + "=" + value);
  try {
    TrainOptions options = parse_options(arguments);
    set_threads(1);
    options.set_task(problem.data.train.task);
    const TrainingData data = prepare_training_data(options, problem.data);
    TrainingSession session(options, data);
    outcome.start = session.training().train_score().loss;
    const double start = session.training().start_loss();
    for (int epoch = 1; epoch <= options.epochs; ++epoch) {
      const EpochSummary summary = session.trainer().run_epoch(epoch);
      if (!summary.complete) {
        outcome.message = summary.message;
        return outcome;
      }
      outcome.end = session.training().train_score().loss;
      outcome.message = far_above(start, outcome.end);
      if (!outcome.message.empty()) return outcome;
    }
  } catch (const Error& error) {
    outcome.message = error.what();
  }
  return outcome;
}

/// What a run of a few steps may end above its start, in percent: batches differ from the whole set.
constexpr int kPercent = 5;

TEST(RandomProblems, TheDefaultNeverEndsAboveItsStart) {
  const int first = number_of("CURVEGRAPH_FIRST_PROBLEM", 1);
  int failures = 0;
  for (int seed = first; seed < first + number_of("CURVEGRAPH_PROBLEMS", 300); ++seed) {
    const RandomProblem problem = random_problem(static_cast<std::uint64_t>(seed));
    const Outcome outcome = run(problem);
    const double margin = std::abs(outcome.start) * number_of("CURVEGRAPH_PERCENT", kPercent) / 100;
    const bool lower = outcome.end <= outcome.start + margin + 1e-6 * (1 + std::abs(outcome.start));
    if (lower && outcome.message.empty()) continue;
    ++failures;
    ADD_FAILURE() << fmt::format("problem {}: {} -> {} {}\n  {}", seed, outcome.start, outcome.end, outcome.message,
                                 problem.describe());
  }
  EXPECT_EQ(failures, 0);
}

TEST(RandomProblems, NoOptionsEndFarAboveTheStartUnnoticed) {
  const int first = number_of("CURVEGRAPH_FIRST_PROBLEM", 1);
  int failures = 0;
  for (int seed = first; seed < first + number_of("CURVEGRAPH_PROBLEMS", 300); ++seed) {
    RandomProblem problem = random_problem(static_cast<std::uint64_t>(seed));
    problem.options.merge(random_optimizer(static_cast<std::uint64_t>(seed), problem.data.train.size()));
    const Outcome outcome = run(problem);
    if (!outcome.message.empty()) continue;
    if (std::isfinite(outcome.end) && outcome.end <= 10 * outcome.start + 1e-3) continue;
    ++failures;
    ADD_FAILURE() << fmt::format("problem {}: {} -> {}\n  {}", seed, outcome.start, outcome.end, problem.describe());
  }
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
