#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "second_order/solvers/weight_solver.h"
#include "tests/support/matrices.h"
#include "tests/support/weight_systems.h"

/// Every solver with systems of any magnitude and with systems that have no inverse or hardly one.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// All solvers, ea-cg also with a rank.
struct Solver {
  std::string name;
  int rank = 1;
};
std::vector<Solver> solvers() {
  std::vector<Solver> all;
  for (const WeightSolverKind& kind : weight_solvers()) all.push_back({std::string(kind.name)});
  all.push_back({"ea-cg", 3});
  return all;
}

std::unique_ptr<WeightSolver> make(const Solver& solver, const System& system, const CgOptions& cg = {}) {
  return weight_solver(solver.name)
      .make({.weight = {system.gradient.rows, system.gradient.cols},
             .max_batch = system.input.cols,
             .cg = cg,
             .rank = solver.rank,
             .keeps = true});
}

Matrix scaled_by_power(int exponent, Matrix a) {
  return map([=](real value) { return std::ldexp(value, exponent); }, std::move(a));
}

/// 2ˡ G, 2ʲ h, 2ᵏ δ and 2²ʲ⁺ˡ λ have 2ᵏ⁻ʲ⁻ˡ D and 2²ᵏ⁻ˡ ⟨D, g⟩: to the last digit, for powers of two have no digits.
TEST(WeightSolverLimits, TakeSystemsOfAnyMagnitude) {
  struct Case {
    int block, input, delta;
  };
  // 2^66 is 1e20, 2^100 1e30; at last a network that fits its data to rounding. Where a float has the direction.
  const std::vector<Case> cases{{0, 0, 100},   {0, 0, -100},   {66, 0, 0},     {-66, 0, 0},
                                {0, 66, 0},    {0, -66, 0},    {66, 66, 66},   {-66, 0, -66},
                                {66, -66, 30}, {-20, 10, -15}, {-66, 66, -40}, {-90, 0, -95}};
  for (const Solver& solver : solvers()) {
    if (solver.name == "kfi-joined") continue;  // its constant 1 is of one magnitude
    for (const int batch : {3, 12}) {
      const System system = random_system(5, 6, batch, 0.1);
      const CgOptions cg{.max_iterations = 4, .tolerance = 1e-3};
      Workspace workspace;
      const Solution plain = solve(*make(solver, system, cg), system, {.share = 0.9, .weight = 0.1}, workspace);
      ASSERT_TRUE(plain.summary.usable());
      for (const auto& [l, j, k] : cases) {
        SCOPED_TRACE(::testing::Message() << solver.name << ", rank " << solver.rank << ", B " << batch << ": " << l
                                          << ", " << j << ", " << k);
        System other = system;
        other.G = scaled_by_power(l, system.G);
        other.input = scaled_by_power(j, system.input);
        other.delta = scaled_by_power(k, system.delta);
        const LayerDamping damping{.share = 0.9, .weight = std::ldexp(0.1, 2 * j + l)};
        const auto made = make(solver, system, cg);
        for (const bool kept : {false, true}) {
          const Solution found = solve(*made, other, damping, workspace, kept);
          ASSERT_TRUE(found.summary.usable()) << to_string(found.summary);
          // D = u vᵀ is multiplied out by the test, in long double.
          EXPECT_LT(relative_error(scaled_by_power(j + l - k, found.D), plain.D),
                    10 * std::numeric_limits<real>::epsilon());
          EXPECT_NEAR(std::ldexp(found.slope, l - 2 * k) / plain.slope, 1, 1e-5);
          EXPECT_EQ(found.summary.iterations, plain.summary.iterations);
        }
      }
    }
  }
}

/// The constant 1 beside inputs of any size.
TEST(WeightSolverLimits, JoinAConstantToInputsOfAnySize) {
  for (const double size : {1e-20, 1e-8, 1e8, 1e15}) {
    for (const int batch : {3, 12}) {
      System system = random_system(5, 6, batch, 0.1);
      system.input = size * system.input;
      system.gradient = size * system.gradient;
      const Solution found = solve(weight_solver("kfi-joined"), system);
      ASSERT_TRUE(found.summary.usable()) << to_string(found.summary);
      const double slope = inner(joined_direction(found), joined_gradient("kfi-joined", system));
      EXPECT_NEAR(found.slope / slope, 1, kDouble ? 1e-9 : 1e-3) << size << ", B " << batch;
      EXPECT_LT(found.summary.residual, kDouble ? 1e-9 : 1e-2);
    }
  }
}

enum class BlockKind { Random, Zero, RankOne, HalfZero, Repeated, Tiny, Huge, Last };

Matrix of_kind(BlockKind kind, Matrix a) {
  for (int col = 0; col < a.cols; ++col) {
    for (int row = 0; row < a.rows; ++row) {
      real& value = a(row, col);
      if (kind == BlockKind::Zero) value = 0;
      if (kind == BlockKind::HalfZero && row % 2 == 0) value = 0;
      if (kind == BlockKind::Repeated) value = a(row, 0);
      if (kind == BlockKind::RankOne) value = a(row, 0) * a(0, col);
      if (kind == BlockKind::Tiny) value *= 1e-20F;
      if (kind == BlockKind::Huge) value *= 1e12F;
    }
  }
  return a;
}

System random_singular_system(Random& random) {
  const auto below = [&](int n) { return static_cast<int>(random.below(static_cast<std::uint64_t>(n))); };
  const auto kind = [&] { return static_cast<BlockKind>(below(static_cast<int>(BlockKind::Last))); };
  const int outputs = 1 + below(6);
  const int inputs = 1 + below(8);
  const int batch = 1 + below(10);
  const Matrix root = of_kind(kind(), random_matrix(random, outputs, 1 + below(outputs)));
  System system{.G = product(root, transposed(root)),
                .gradient = Matrix(outputs, inputs),
                .delta = of_kind(kind(), random_matrix(random, outputs, batch)),
                .input = of_kind(kind(), random_matrix(random, inputs, batch, -0.5, 1))};
  system.gradient = 1.0 / batch * product(system.delta, transposed(system.input));
  return system;
}

DampingOptions random_damping(Random& random) {
  const std::vector<double> rhos{1e-8, 1e-3, 10, 1e8};
  const std::vector<double> alphas{1e-4, 0.02, 1};
  const std::size_t which = static_cast<std::size_t>(random.below(7));
  return which < 4 ? DampingOptions{.kind = DampingKind::Relative, .rho = rhos[which]}
                   : DampingOptions{.kind = DampingKind::Fixed, .alpha = alphas[which - 4]};
}

bool all_finite(const Matrix& a) {
  for (const real value : a.values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

/// Singular and rank-deficient blocks, layers that are dead from either side, samples that repeat, one of everything:
/// a finite direction that leads downhill, or a status that says why not.
TEST(WeightSolverLimits, GiveADirectionOrAReason) {
  Random random(5, Random::Stream::Test);
  Workspace workspace;
  int solved = 0;
  int systems = 0;
  for (int i = 0; i < 2000; ++i) {
    const System system = random_singular_system(random);
    for (const Solver& solver : solvers()) {
      const DampingOptions options = random_damping(random);
      const LayerDamping damping =
          make_damping(options)->of_layer(output_mean(system), input_mean(solver.name, system));
      const auto made = make(solver, system, i % 2 == 0 ? CgOptions{} : CgOptions{.tolerance = 1e-6});
      for (const bool kept : {false, true}) {
        const Solution found = solve(*made, system, damping, workspace, kept);
        ++systems;
        if (!found.summary.usable()) continue;
        ++solved;
        const bool direct = !(solver.name == "cg" || solver.name == "ea-cg");
        EXPECT_TRUE(all_finite(joined_direction(found))) << solver.name << ", system " << i;
        EXPECT_LE(found.slope, 0) << solver.name << ", system " << i;
        const double slope = inner(joined_direction(found), joined_gradient(solver.name, system));
        // Downhill in truth too: a fixed damping may be beyond rounding of a block of any size.
        EXPECT_LE(options.kind == DampingKind::Relative ? slope : 0, 1e-30) << solver.name << ", system " << i;
        if (options.kind == DampingKind::Relative && options.rho >= 10 && std::abs(slope) > 1e-25) {
          EXPECT_NEAR(found.slope / slope, 1, 0.02) << solver.name << ", rank " << solver.rank << ", system " << i;
        }
        EXPECT_TRUE(std::isfinite(found.slope) && std::isfinite(found.summary.residual));
        EXPECT_LE(direct ? found.summary.residual : 0, 1) << solver.name << ", system " << i;
      }
    }
  }
  EXPECT_GT(solved, systems * 9 / 10);
}

/// Whatever the last system was, the next is solved as by a new solver.
TEST(WeightSolverLimits, LeaveNothingBehindWhereTheyFail) {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  for (const Solver& solver : solvers()) {
    const System good = random_system(5, 6, 4, 0.1);
    System indefinite = good;
    indefinite.G = -100 * good.G;
    System broken = good;
    broken.delta(1, 1) = nan;
    System tiny = good;
    tiny.G = 1e-20 * good.G;
    const auto made = make(solver, good);
    Workspace workspace;
    const Solution expected = solve(*make(solver, good), good, workspace);
    for (const System* before : {&indefinite, &broken, &tiny}) {
      solve(*made, *before, workspace);
      EXPECT_EQ(max_difference(solve(*made, good, workspace).D, expected.D), 0) << solver.name;
    }
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
