#include <cmath>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/random_run.h"

/// Fits by Levenberg-Marquardt on problems that nobody has chosen, in double. CURVEGRAPH_PROBLEMS says how many,
/// CURVEGRAPH_FIRST_PROBLEM with which it begins.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(RandomFits, NeverEndAboveTheirStartNorWithoutAReason) {
  const int first = number_of("CURVEGRAPH_FIRST_PROBLEM", 1);
  int finished = 0;
  for (int seed = first; seed < first + number_of("CURVEGRAPH_PROBLEMS", 200); ++seed) {
    RandomProblem problem = random_problem(static_cast<std::uint64_t>(seed));
    problem.options["optimizer"] = "levenberg-marquardt";
    const Outcome outcome = run(problem);
    const int epochs = std::stoi(problem.options.at("epochs"));
    // What the score sums in another order, it rounds in another way.
    const bool lower = outcome.end <= outcome.start + 1e-12 * (1 + std::abs(outcome.start));
    const bool ended = outcome.message.empty() && (outcome.epochs == epochs || !outcome.finished.empty());
    EXPECT_TRUE(lower && ended) << fmt::format("problem {}: {} -> {} after {} steps {}{}\n  {}", seed, outcome.start,
                                               outcome.end, outcome.epochs, outcome.message, outcome.finished,
                                               problem.describe());
    if (!outcome.finished.empty()) ++finished;
  }
  EXPECT_GT(finished, 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
