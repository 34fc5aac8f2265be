#include <cmath>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/random_run.h"

/// Training as tools/train does it, on problems that nobody has chosen. CURVEGRAPH_PROBLEMS says how many each test
/// takes, CURVEGRAPH_FIRST_PROBLEM with which it begins, CURVEGRAPH_PERCENT how far above its start a run may end.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

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
