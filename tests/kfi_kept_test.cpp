#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "second_order/solvers/kfi.h"
#include "tests/support/weight_systems.h"

/// KFI with a kept block: how the damping of a step is split where half of it was chosen before.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr double kNearKept = std::is_same_v<real, double> ? 1e-10 : 1e-3;
constexpr const char* kSolvers[] = {"kfi", "kfi-joined"};  // NOLINT(modernize-avoid-c-arrays)

std::unique_ptr<WeightSolver> keeper(std::string_view name, const System& system) {
  return weight_solver(name).make(
      {.weight = {system.gradient.rows, system.gradient.cols}, .max_batch = 512, .keeps = true});
}

/// The relative damping of a step.
LayerDamping relative(std::string_view solver, const System& system, double rho) {
  return make_damping({.kind = DampingKind::Relative, .rho = rho})
      ->of_layer(output_mean(system), input_mean(solver, system));
}

/// (G + c'I) D (A + cI) = -g for given c' and c.
Matrix dense_direction(std::string_view solver, const System& system, double output, double input) {
  const Matrix joined = solver == std::string_view("kfi-joined") ? with_constant(system.input) : system.input;
  Matrix A = system.moment.rows > 0 ? system.moment : second_moment(joined);
  Matrix G = system.G;
  for (int i = 0; i < A.rows; ++i) A(i, i) += static_cast<real>(input);
  for (int i = 0; i < G.rows; ++i) G(i, i) += static_cast<real>(output);
  const Matrix left = solve_spd(G, -1 * joined_gradient(solver, system));
  return transposed(solve_spd(A, transposed(left)));
}

System next_batch(const System& system, double scale, std::uint64_t seed) {
  System next = random_system(system.gradient.rows, system.gradient.cols, system.input.cols, system.alpha, seed);
  next.G = system.G;
  next.input = scale * next.input;
  next.gradient = scale * next.gradient;
  return next;
}

/// √λ/π is √ρ tr G/nₜ, whatever the batch: so a kept block is damped as a new one, also where the batch that it came
/// with has equal columns and a trace far from this batch's.
TEST(KfiKept, SplitsARelativeDampingAsForANewBlock) {
  for (const char* name : kSolvers) {
    for (const double scale : {1.0, 30.0, 0.05}) {
      System first = random_system(5, 8, 512, 0.1);
      for (int s = 1; s < 512; ++s) {
        for (int i = 0; i < 8; ++i) first.input(i, s) = first.input(i, 0);
      }
      System second = random_system(5, 8, 2, 0.1, 9);
      second.G = first.G;
      second.input = scale * second.input;
      second.gradient = scale * second.gradient;
      const auto solver = keeper(name, first);
      Workspace workspace;
      ASSERT_TRUE(solve(*solver, first, relative(name, first, 0.3), workspace).summary.usable());
      const LayerDamping damping = relative(name, second, 0.3);
      const Solution found = solve(*solver, second, damping, workspace, true);
      ASSERT_TRUE(found.summary.usable()) << to_string(found.summary);
      const double output = std::sqrt(0.3) * output_mean(second);
      const Matrix expected = dense_direction(name, second, output, damping.weight / output);
      EXPECT_LT(relative_error(joined_direction(found), expected), kNearKept) << name << ", " << scale;
      EXPECT_NEAR(found.slope, inner(expected, joined_gradient(name, second)), kNearKept * std::abs(found.slope));
    }
  }
}

/// What is kept keeps its c'; the damping of the inputs makes up for it.
TEST(KfiKept, KeepsTheProductOfTheDampings) {
  for (const char* name : kSolvers) {
    const System first = random_system(5, 8, 4, 0.1);
    const System second = next_batch(first, 1.3, 9);
    const auto solver = keeper(name, first);
    Workspace workspace;
    solve(*solver, first, {.weight = 0.1}, workspace);
    const double output = std::sqrt(0.1 * output_mean(first) / input_mean(name, first));
    for (const double damping : {0.1, 0.2}) {
      const Solution found = solve(*solver, second, {.weight = damping}, workspace, true);
      const Matrix expected = dense_direction(name, second, output, damping / output);
      EXPECT_LT(relative_error(joined_direction(found), expected), kNearKept) << name << ", " << damping;
    }
  }
}

/// More than a factor of two apart: then the block's inverse is made again.
TEST(KfiKept, SplitsAgainWhereTheInputsAreOfAnotherSize) {
  for (const char* name : kSolvers) {
    for (const bool averaged : {false, true}) {
      System first = random_system(5, 8, 4, 0.1);
      System second = next_batch(first, averaged ? 1 : 100, 9);
      if (averaged) {
        const bool joined = name == std::string_view("kfi-joined");
        first.moment = second_moment(joined ? with_constant(first.input) : first.input);
        second.moment = first.moment;
      }
      const double alpha = averaged ? 2 : 0.1;  // or of another damping
      const auto solver = keeper(name, first);
      Workspace workspace;
      solve(*solver, first, {.weight = 0.1}, workspace);
      const Solution found = solve(*solver, second, {.weight = alpha}, workspace, true);
      const double output = std::sqrt(alpha * output_mean(second) / input_mean(name, second));
      const Matrix expected = dense_direction(name, second, output, alpha / output);
      EXPECT_LT(relative_error(joined_direction(found), expected), kNearKept) << name << ", averaged " << averaged;
    }
  }
}

/// With the solver's state a run that is resumed between two blocks goes on bit for bit.
TEST(KfiKept, GoesOnFromItsState) {
  for (const char* name : kSolvers) {
    for (const double size : {1.0, 1e-12}) {
      System first = random_system(5, 8, 4, 0.1);
      first.G = size * first.G;
      const System second = next_batch(first, 1.3, 9);
      const auto solver = keeper(name, first);
      Workspace workspace;
      solve(*solver, first, {.weight = 0.1 * size}, workspace);
      const auto resumed = keeper(name, first);
      const std::vector<NamedState> from = solver->state();
      const std::vector<NamedState> to = resumed->state();
      ASSERT_EQ(from.size(), 1U);
      copy(from[0].values, to[0].values);
      const Solution expected = solve(*solver, second, {.weight = 0.12 * size}, workspace, true);
      const Solution found = solve(*resumed, second, {.weight = 0.12 * size}, workspace, true);
      EXPECT_EQ(max_difference(found.D, expected.D), 0) << name;
      const Solution fresh = solve(*keeper(name, first), second, {.weight = 0.12 * size}, workspace, true);
      EXPECT_GT(max_difference(fresh.D, expected.D), 0) << "the state has nothing to say";
    }
  }
}

/// A system that could not be solved leaves nothing behind.
TEST(KfiKept, StartsAfreshAfterAFailure) {
  for (const char* name : kSolvers) {
    const System good = random_system(5, 8, 4, 0.1);
    System bad = good;
    bad.G(2, 2) = -3;
    const auto solver = keeper(name, good);
    Workspace workspace;
    solve(*solver, good, workspace);
    EXPECT_EQ(solve(*solver, bad, workspace).summary.status, SolveStatus::NotPositiveDefinite);
    const Solution found = solve(*solver, good, workspace, true);
    const Solution expected = solve(*keeper(name, good), good, workspace);
    EXPECT_EQ(max_difference(found.D, expected.D), 0) << name;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
