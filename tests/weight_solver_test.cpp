#include "second_order/solvers/weight_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/matrices.h"
#include "tests/support/weight_systems.h"

/// Every solver against a dense solve of the whole Kronecker system that it stands for.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

constexpr CgOptions kConvergedSystem{.max_iterations = 1000, .tolerance = kDouble ? 1e-14 : 1e-6};

/// ‖S vec D + vec g‖/‖g‖
double true_residual(const Matrix& S, const Matrix& D, const Matrix& gradient) {
  const Matrix left = product(S, vec(D)) + vec(gradient);
  return std::sqrt(inner(left, left) / inner(gradient, gradient));
}

double condition(const Matrix& S) {
  const std::vector<double> values = eigen(S).values;
  return std::ranges::max(values) / std::ranges::min(values);
}

/// Batches smaller than the layer's input, equal to it and larger.
struct SystemCase {
  int outputs, inputs, batch;
  double alpha;
};
const std::vector<SystemCase> kCases{{5, 4, 3, 0.1},   {5, 4, 4, 0.1}, {5, 4, 9, 0.1}, {1, 1, 1, 0.3},
                                     {3, 9, 1, 0.02},  {1, 6, 4, 0.5}, {7, 1, 5, 0.1}, {4, 8, 7, 0.02},
                                     {6, 5, 20, 0.02}, {4, 5, 3, 1},   {5, 4, 60, 0.1}};

TEST(WeightSolver, AgreesWithADenseSolveOfTheKroneckerSystem) {
  for (const WeightSolverKind& kind : weight_solvers()) {
    for (const SystemCase& c : kCases) {
      SCOPED_TRACE(::testing::Message() << kind.name << ", " << c.outputs << "x" << c.inputs << ", B " << c.batch);
      const System system = random_system(c.outputs, c.inputs, c.batch, c.alpha);
      const Solution found = solve(kind, system, kConvergedSystem);
      EXPECT_EQ(found.summary.status, SolveStatus::Converged) << to_string(found.summary);
      const Matrix S = kronecker_system(kind.name, system);
      if (kDouble) {
        EXPECT_LT(relative_error(joined_direction(found), dense_direction(kind.name, system)), 1e-9);
      }
      // A direct solve leaves a few ε ‖S‖‖D‖, which is at most as many ε times the condition of S, of g; CG stops at
      // its tolerance.
      const double bound = 100 * kEpsilon * condition(S) + kConvergedSystem.tolerance;
      EXPECT_LT(true_residual(S, joined_direction(found), joined_gradient(kind.name, system)), bound);
      EXPECT_LT(found.summary.residual, bound);
    }
  }
}

/// The residual of an unconverged solution is the true one, not the recurrence's nor zero.
TEST(WeightSolver, ReportsTheTrueResidual) {
  for (const char* name : {"cg", "ea-cg"}) {
    for (const int batch : {3, 12}) {
      const System system = random_system(6, 7, batch, 0.01);
      const Solution found = solve(weight_solver(name), system, {.max_iterations = 2, .tolerance = 0});
      const double expected = true_residual(kronecker_system(name, system), found.D, system.gradient);
      ASSERT_GT(expected, 1e-3);
      EXPECT_NEAR(found.summary.residual, expected, 100 * kEpsilon) << name << ", B " << batch;
      EXPECT_EQ(found.summary.status, SolveStatus::IterationLimit);
    }
  }
}

// As in training, where the damping is a tenth of the curvature or more; no two ways to compute the sequence agree for
// ever.
TEST(Cg, TakesThePapersIteratesStepByStep) {
  for (const int batch : {9, 40}) {
    System system = random_system(20, 24, batch, 0.02);
    system.G = 0.005 * system.G;
    for (int iterations = 1; iterations <= 20; ++iterations) {
      const CgOptions options{.max_iterations = iterations, .tolerance = 0};
      const Solution found = solve(weight_solver("cg"), system, options);
      const Solution full = full_size_cg(system, second_moment(system.input), options);
      EXPECT_LT(relative_error(found.D, full.D), kDouble ? 1e-9 : 1e-4) << iterations << " iterations, B " << batch;
    }
  }
}

TEST(Cg, StopsWhereThePapersMethodDoes) {
  for (const int batch : {5, 40}) {
    for (const double tolerance : {0.5, 1e-1, 1e-2}) {
      System system = random_system(12, 9, batch, 0.02);
      system.G = 0.02 * system.G;
      const CgOptions options{.max_iterations = 50, .tolerance = tolerance};
      const Solution found = solve(weight_solver("cg"), system, options);
      const Solution full = full_size_cg(system, second_moment(system.input), options);
      EXPECT_EQ(found.summary.iterations, full.summary.iterations);
      EXPECT_EQ(found.summary.status, full.summary.status);
    }
  }
}

/// Samples that repeat, samples of zeros, inputs that are all zero: Xᵀ X is singular, the systems are not.
TEST(WeightSolver, TakesInputsOfAnyRank) {
  for (const WeightSolverKind& kind : weight_solvers()) {
    for (const int kind_of_input : {0, 1, 2}) {
      System system = random_system(4, 6, 5, 0.1);
      for (int i = 0; i < 6; ++i) {
        if (kind_of_input == 0) system.input(i, 3) = system.input(i, 1);
        if (kind_of_input == 1) system.input(i, 0) = 0;
        if (kind_of_input == 2) {
          for (int s = 0; s < 5; ++s) system.input(i, s) = s == 2 ? system.input(i, s) / 1000000 : 0;
        }
      }
      system.gradient = 0.2 * product(system.delta, transposed(system.input));
      const Solution found = solve(kind, system, kConvergedSystem);
      ASSERT_TRUE(found.summary.usable()) << kind.name << ": " << to_string(found.summary);
      EXPECT_LT(relative_error(joined_direction(found), dense_direction(kind.name, system)), kDouble ? 1e-9 : 1e-3)
          << kind.name << ", input " << kind_of_input;
    }
  }
}

TEST(WeightSolver, LeavesAZeroGradientAlone) {
  for (const WeightSolverKind& kind : weight_solvers()) {
    for (const bool zero_input : {false, true}) {
      System system = random_system(4, 6, 5, 0.1);
      system.delta = Matrix(4, 5);
      if (zero_input) system.input = Matrix(6, 5);
      system.gradient = Matrix(4, 6);
      const Solution found = solve(kind, system);
      EXPECT_EQ(found.summary.status, SolveStatus::Converged) << kind.name << ": " << to_string(found.summary);
      EXPECT_EQ(max_difference(found.D, system.gradient), 0) << kind.name;
    }
  }
}

/// No curvature at all: what is left is the damping.
TEST(WeightSolver, TakesABlockOfZeros) {
  for (const WeightSolverKind& kind : weight_solvers()) {
    System system = random_system(4, 6, 5, 0.1);
    system.G = Matrix(4, 4);
    const Solution found = solve(kind, system, kConvergedSystem);
    ASSERT_TRUE(found.summary.usable()) << kind.name;
    if (std::string_view(kind.name).starts_with("kfi")) continue;  // π is not defined; 1 is taken
    EXPECT_LT(relative_error(found.D, -10 * system.gradient), 100 * kEpsilon) << kind.name;
  }
}

TEST(WeightSolver, FewerSamplesThanMadeForAreTheBatchThatRan) {
  for (const WeightSolverKind& kind : weight_solvers()) {
    const auto solver = kind.make({.weight = {4, 6}, .max_batch = 9, .cg = kConvergedSystem});
    Workspace workspace;
    for (const int batch : {9, 2, 6, 1, 9}) {
      const System system = random_system(4, 6, batch, 0.1);
      const Solution found = solve(*solver, system, workspace);
      EXPECT_LT(relative_error(joined_direction(found), dense_direction(kind.name, system)), kDouble ? 1e-9 : 1e-3)
          << kind.name << ", B " << batch;
    }
  }
}

TEST(WeightSolver, SaysWhichNumberItCannotSolveWith) {
  const real infinity = std::numeric_limits<real>::infinity();
  const real nan = std::numeric_limits<real>::quiet_NaN();
  for (const WeightSolverKind& kind : weight_solvers()) {
    for (const int batch : {3, 12}) {
      SCOPED_TRACE(::testing::Message() << kind.name << ", B " << batch);
      const CgOptions options{.max_iterations = 50, .tolerance = 1e-6};
      System indefinite = random_system(5, 4, batch, 0.02);
      indefinite.G = -100 * indefinite.G;
      const SolveSummary summary = solve(kind, indefinite, options).summary;
      EXPECT_EQ(summary.status, SolveStatus::NotPositiveDefinite) << to_string(summary);
      EXPECT_LT(summary.number, -1);
      EXPECT_THAT(to_string(summary), HasSubstr("not positive definite: curvature -"));

      for (const real bad : {infinity, nan}) {
        System block = random_system(5, 4, batch, 0.02);
        block.G(2, 2) = bad;
        EXPECT_EQ(solve(kind, block, options).summary.status, SolveStatus::NonFinite);
        System slope = random_system(5, 4, batch, 0.02);
        slope.delta(1, 1) = bad;
        slope.gradient(1, 2) = bad;
        EXPECT_EQ(solve(kind, slope, options).summary.status, SolveStatus::NonFinite);
        System input = random_system(5, 4, batch, 0.02);
        input.input(1, 1) = bad;
        for (int i = 0; i < 5; ++i) input.gradient(i, 1) = bad;
        EXPECT_EQ(solve(kind, input, options).summary.status, SolveStatus::NonFinite);
      }
    }
  }
}

/// ⟨D, g⟩, by which a trust region goes.
TEST(WeightSolver, SaysHowFarItsDirectionLeadsDown) {
  for (const WeightSolverKind& kind : weight_solvers()) {
    for (const int rank : {1, 3}) {
      for (const int batch : {3, 6, 40}) {
        const System system = random_system(5, 6, batch, 0.1);
        const Solution found = solve(kind, system, {.max_iterations = 3, .tolerance = 0}, rank);
        const double slope = inner(joined_direction(found), joined_gradient(kind.name, system));
        EXPECT_LT(slope, 0);
        EXPECT_NEAR(found.slope, slope, 1000 * kEpsilon * std::abs(slope))
            << kind.name << ", rank " << rank << ", B " << batch;
      }
    }
  }
}

/// With an average of the inputs' second moment, of another batch, the system is of that.
TEST(Kfi, TakesAnAverageForTheSecondMoment) {
  for (const char* name : {"kfi", "kfi-joined"}) {
    for (const int batch : {3, 12}) {
      System system = random_system(5, 6, batch, 0.1);
      const System other = random_system(5, 6, 20, 0.1, 7);
      const bool joined = name == std::string_view("kfi-joined");
      system.moment = second_moment(joined ? with_constant(other.input) : other.input);
      const Solution found = solve(weight_solver(name), system);
      ASSERT_TRUE(found.summary.usable());
      EXPECT_LT(relative_error(joined_direction(found), dense_direction(name, system)), kDouble ? 1e-10 : 1e-3)
          << name << ", B " << batch;
      const auto keeper = weight_solver(name).make({.weight = {5, 6}, .max_batch = batch, .keeps = true});
      Workspace workspace;
      for (const bool kept : {false, true}) {
        EXPECT_LT(
            relative_error(joined_direction(solve(*keeper, system, workspace, kept)), dense_direction(name, system)),
            kDouble ? 1e-10 : 1e-3)
            << name << ", B " << batch << ", kept " << kept;
      }
      EXPECT_NEAR(found.slope, inner(joined_direction(found), joined_gradient(name, system)),
                  1000 * kEpsilon * std::abs(found.slope));
    }
  }
}

/// What is made of a kept block is that of the block, and of the split of the damping that came with it.
TEST(Kfi, KeepsWhatItMadeOfAKeptBlock) {
  for (const WeightSolverKind* kind : {&weight_solver("kfi"), &weight_solver("kfi-joined")}) {
    for (const auto& [batch, keeps] : {std::pair{3, false}, {3, true}, {12, false}, {12, true}}) {
      const System first = random_system(5, 6, batch, 0.1);
      System second = random_system(5, 6, batch, 0.1, 9);
      // Of one trace, so that the split is the same for both.
      second.G = first.G;
      const double scale = std::sqrt(inner(first.input, first.input) / inner(second.input, second.input));
      second.input = scale * second.input;
      second.gradient = 1.0 / batch * product(second.delta, transposed(second.input));
      const SolverOptions options{.weight = {5, 6}, .max_batch = batch, .keeps = keeps};
      const auto solver = kind->make(options);
      Workspace workspace;
      solve(*solver, first, workspace);
      System spoilt = second;
      spoilt.G = 1.5 * second.G;  // looked at for the residual alone
      const Solution kept = solve(*solver, spoilt, workspace, true);
      EXPECT_GT(kept.summary.residual, 0.1);
      EXPECT_LT(relative_error(joined_direction(kept), dense_direction(kind->name, second)), kDouble ? 1e-10 : 1e-3)
          << kind->name << ", B " << batch;
      // A solver that has made nothing yet, as after a run was resumed, makes it of the block.
      const auto fresh = kind->make(options);
      EXPECT_EQ(max_difference(solve(*fresh, second, workspace, true).D, solve(*fresh, second, workspace).D), 0);
    }
  }
}

/// Indefinite with a positive trace: found by the factor, which names the smallest eigenvalue of the damped block.
TEST(WeightSolver, DirectSolversNameTheSmallestEigenvalue) {
  System system = random_system(3, 4, 2, 0.02);
  system.G = Matrix(3, 3, {9, 0, 0, 0, -4, 0, 0, 0, 5});
  const Matrix a = mean(system.input);
  const Matrix A = second_moment(system.input);
  const double pi = std::sqrt((A(0, 0) + A(1, 1) + A(2, 2) + A(3, 3)) / 4 / ((9 - 4 + 5) / 3.0));
  const double of_kfi = -4 + std::sqrt(0.02) / pi;
  const std::vector<std::pair<const char*, double>> cases{
      {"ea-direct", 0.98 * inner(a, a) * -4 + 0.02}, {"kfi", of_kfi}, {"kfi-rank-one", of_kfi}};
  for (const auto& [name, smallest] : cases) {
    const SolveSummary summary = solve(weight_solver(name), system).summary;
    EXPECT_EQ(summary.status, SolveStatus::NotPositiveDefinite) << name;
    EXPECT_NEAR(summary.number, smallest, 100 * kEpsilon) << name;
  }
}

/// The first layer of the paper's ImageNet-10 network: a factor of its inputs would have 2·10¹⁰ elements.
TEST(WeightSolver, NeedsNoFactorOfTheInputsWhereTheBatchIsSmaller) {
  constexpr int kInputs = 150528;
  const System system = random_system(3, kInputs, 4, 0.02);
  for (const WeightSolverKind& kind : weight_solvers()) {
    const auto solver = kind.make({.weight = {3, kInputs}, .max_batch = 4});
    Workspace workspace;
    EXPECT_TRUE(solve(*solver, system, workspace).summary.usable()) << kind.name;
    EXPECT_LT(workspace.elements(), 2U * kInputs) << kind.name;
  }
}

TEST(WeightSolver, UnknownNamesListTheKnownOnes) {
  EXPECT_THAT([] { weight_solver("newton"); },
              Throws<UsageError>(Property(
                  &UsageError::what, HasSubstr("unknown solver 'newton', expected one of ea-cg, ea-direct, cg, kfi, "
                                               "kfi-joined, kfi-rank-one"))));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
