#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ops/ops.h"
#include "second_order/solvers/input_moment.h"
#include "tools/bench/products.h"
#include "tools/bench/timed_training.h"

/// What a step of each method asks linalg.h for, against numbers worked out by hand.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// Of 20-6-4: two layers, the first with fewer units than inputs.
const std::vector<int> layers{20, 6, 4};

OptimizerOptions sgd() { return {paper_options(), &optimizer_kind("sgd")}; }

OptimizerOptions second_order(const Curvature& curvature, const char* solver) {
  OptimizerOptions options{paper_options()};
  options.curvature = &curvature;
  options.solver = &weight_solver(solver);
  return options;
}

/// Operations by phase, of the first steps, and the iterations of their solver.
struct Counted {
  std::map<std::string, double> flops;
  std::vector<double> iterations;
};

Counted count(const OptimizerOptions& optimizer, int batch) {
  TimedTraining training(
      {.layers = layers, .activation = &sigmoid, .criterion = &softmax_cross_entropy, .batch_size = batch, .seed = 1},
      optimizer);
  Counted counted;
  for (const Product& product : training.products()) {
    counted.flops[std::string(name(product.phase))] += product.flops();
  }
  counted.iterations = training.iterations();
  return counted;
}

std::map<std::string, double> flops(const OptimizerOptions& optimizer, int batch) {
  return count(optimizer, batch).flops;
}

/// Operations of an m x n x k product, of Cholesky's factor, and of eigenvectors.
double product(double m, double n, double k) { return 2 * m * n * k; }
double cholesky(double n) { return n * n * n / 3; }
double eigenvectors(double n) { return 14.0 / 3 * n * n * n; }

TEST(BenchProducts, CountsASgdStep) {
  for (const int batch : {8, 50}) {
    const auto found = flops(sgd(), batch);
    const double both = product(6, batch, 20) + product(4, batch, 6);
    EXPECT_EQ(found.at("forward"), both);
    EXPECT_EQ(found.at("backward"), product(6, batch, 4));
    EXPECT_EQ(found.at("update"), both);
    EXPECT_EQ(found.size(), 3U);
  }
}

TEST(BenchProducts, CountsForwardAndBackwardTheSameForEveryOptimizer) {
  const auto expected = flops(sgd(), 8);
  for (const Curvature* curvature : curvatures()) {
    if (curvature == &exact) continue;  // indefinite
    for (const WeightSolverKind& solver : weight_solvers()) {
      const auto found = flops(second_order(*curvature, std::string(solver.name).c_str()), 8);
      for (const char* phase : {"forward", "backward"}) EXPECT_EQ(found.at(phase), expected.at(phase)) << solver.name;
    }
  }
}

TEST(BenchProducts, CountsPropagation) {
  const auto criterion = [](double batch) { return product(4, 4, 2 * batch); };
  const auto weights = product(4, 6, 4) + product(6, 6, 4) / 2;
  const double recursion = weights + product(6, 6, 8) / 2 + criterion(8);
  const double fisher_moments = product(6, 6, 8) / 2 + product(4, 4, 8) / 2;
  const std::map<std::string_view, double> expected{
      {"pch-1", recursion},
      {"pch-2", recursion},
      {"gauss-newton", recursion},
      {"fisher", fisher_moments},
      {"fisher-sampled", fisher_moments + product(6, 8, 4)},
      {"exact", 8 * (weights + criterion(1))},  // σ' σ'ᵀ of a sample is a product of vectors
  };
  for (const Curvature* curvature : curvatures()) {
    ASSERT_TRUE(expected.contains(curvature->name)) << curvature->name << " has not been counted here";
    OptimizerOptions options = second_order(*curvature, "ea-direct");
    options.damping.alpha = 1;  // an indefinite block is none of the system
    EXPECT_EQ(flops(options, 8).at("propagation"), expected.at(curvature->name)) << curvature->name;
    options.curvature_every = 4;
    EXPECT_EQ(flops(options, 8).at("propagation"), expected.at(curvature->name) / 4) << curvature->name;
  }
}

/// Of solve and update: with a batch of 8, smaller than the inputs of the first layer and larger than those of the
/// second.
TEST(BenchProducts, CountsSolvers) {
  const double first = product(6, 20, 8);
  const double second = product(4, 6, 8);
  struct Solver {
    double solve;
    double update;
  };
  const double gram = product(8, 8, 20) / 2;
  const double moment = product(6, 6, 8) / 2;
  // δᵀδ and hᵀh of both
  const double squares = product(8, 8, 6) / 2 + gram + product(8, 8, 4) / 2 + product(8, 8, 6) / 2;
  const std::map<std::string_view, Solver> expected{
      {"ea-cg", {squares, first + second}},
      {"ea-direct", {squares + cholesky(6) + cholesky(4), first + second}},
      // without its iterations
      {"cg",
       {gram + eigenvectors(8) + 2 * product(6, 8, 8) + product(6, 8, 6) +  //
            second + moment + eigenvectors(6) + 2 * product(4, 6, 6) + product(4, 6, 4),
        first}},
      {"kfi",
       {gram + cholesky(6) + cholesky(8) + product(6, 8, 6) + product(6, 8, 8) +  //
            second + moment + cholesky(4) + cholesky(6) + product(4, 6, 4) + product(4, 6, 6),
        first}},
      {"kfi-joined",
       {gram + cholesky(6) + cholesky(8) + product(6, 8, 6) + product(6, 8, 8) +  //
            second + product(7, 7, 8) / 2 + cholesky(4) + cholesky(7) + product(4, 7, 4) + product(4, 7, 7),
        first}},
      {"kfi-rank-one",
       {cholesky(6) + product(6, 8, 6) + product(8, 8, 6) + gram +  //
            second + cholesky(4) + product(4, 6, 4),
        first}},
  };
  for (const WeightSolverKind& solver : weight_solvers()) {
    ASSERT_TRUE(expected.contains(solver.name)) << solver.name << " has not been counted here";
    const auto [found, iterations] = count(second_order(pch_1, std::string(solver.name).c_str()), 8);
    double solve = expected.at(solver.name).solve;
    if (solver.name == "cg") solve += iterations[0] * product(6, 8, 6) + iterations[1] * product(4, 6, 4);
    EXPECT_NEAR(found.at("solve"), solve, 1e-9) << solver.name;
    EXPECT_NEAR(found.at("update"), expected.at(solver.name).update, 1e-9) << solver.name;
  }
}

TEST(BenchProducts, CountsTheGradientOnceWhereEaCgStoresIt) {
  const int batch = 2000;
  for (const Shape weight : {Shape{6, 20}, Shape{4, 6}}) ASSERT_TRUE(MeanMoment::stores_gradient(weight, batch));
  const auto found = flops(second_order(fisher, "ea-cg"), batch);
  EXPECT_EQ(found.at("solve"), product(6, 20, batch) + product(4, 6, batch));
  EXPECT_FALSE(found.contains("update"));
}

/// Of a kept block the inverse of G stays.
TEST(BenchProducts, CountsWhatKfiKeepsOnceInAGroup) {
  OptimizerOptions options = second_order(fisher, "kfi-joined");
  const double each = flops(options, 8).at("solve");
  options.curvature_every = 4;
  const double factors = cholesky(6) + cholesky(4);
  EXPECT_NEAR(flops(options, 8).at("solve"), each - factors + 3 * factors / 4, 1e-9);
}

/// Averages of the second moments put KFI into the basis of the inputs, and their inverses are kept as well.
TEST(BenchProducts, CountsAverages) {
  const double first = product(6, 20, 8);
  const double second = product(4, 6, 8);
  for (const double bias : {0, 1}) {
    OptimizerOptions options = second_order(fisher, bias == 0 ? "kfi" : "kfi-joined");
    options.curvature_every = 4;
    options.damping = {.kind = DampingKind::Relative};  // of the averages: the same in a group, to the last digit
    const double blocks = flops(options, 8).at("propagation");
    options.averaging = 0.9;
    const auto found = flops(options, 8);
    const double m1 = 20 + bias;
    const double m2 = 6 + bias;
    EXPECT_NEAR(found.at("propagation"), blocks + (product(m1, m1, 8) + product(m2, m2, 8)) / 2 / 4, 1e-9);
    const double in_every_step =
        first + second + product(6, m1, 6) + product(6, m1, m1) + product(4, m2, 4) + product(4, m2, m2);
    const double factors = cholesky(6) + cholesky(m1) + cholesky(4) + cholesky(m2);
    EXPECT_NEAR(found.at("solve"), in_every_step + 3 * factors / 4, 1e-9);
    EXPECT_FALSE(found.contains("update"));

    options.average_inputs = 19;  // the first layer has 20
    const auto wide = flops(options, 8);
    options.averaging = 0;
    EXPECT_EQ(wide, flops(options, 8));
  }
  OptimizerOptions without = second_order(pch_1, "ea-cg");
  const auto expected = flops(without, 8);
  without.averaging = 0.9;
  EXPECT_EQ(flops(without, 8), expected) << "the average of G is a pass over it, and there is none of A";
}

TEST(BenchProducts, CountsEaCgOfARank) {
  OptimizerOptions options = second_order(pch_1, "ea-cg");
  const auto layer = [](double n, double m, double r, double iterations) {
    return product(8, 8, n) / 2 + product(8, 8, m) / 2 + eigenvectors(8) + product(8, r, 8) + product(r, r, 8) / 2 +
           eigenvectors(r) + 2 * product(8, r, r) + product(n, r, 8) + (iterations + 1) * product(n, r, n) +
           product(n, 8, r);
  };
  for (const int rank : {3, 100}) {
    options.rank = rank;
    const auto [found, iterations] = count(options, 8);
    const double r = std::min(rank, 8);  // at most that of the batch
    EXPECT_NEAR(found.at("solve"), layer(6, 20, r, iterations[0]) + layer(4, 6, r, iterations[1]), 1e-9) << rank;
    EXPECT_EQ(found.at("update"), product(6, 20, 8) + product(4, 6, 8));
  }
}

/// W h of the new parameters, G times the change, and a forward pass.
TEST(BenchProducts, CountsTheMeasurementsOfAdaptiveDamping) {
  OptimizerOptions options = second_order(pch_1, "kfi-joined");
  const double update = flops(options, 8).at("update");
  options.damping = {.kind = DampingKind::Adaptive, .every = 5};
  const double measurement = 2 * (product(6, 8, 20) + product(4, 8, 6)) + product(6, 8, 6) + product(4, 8, 4);
  EXPECT_NEAR(flops(options, 8).at("update"), update + measurement / 5, 1e-9);
}

TEST(BenchProducts, HasThePeriodOfAllThatIsDoneEveryFewSteps) {
  OptimizerOptions options = second_order(pch_1, "kfi");
  EXPECT_EQ(period(layers, 8, options), 1);
  options.curvature_every = 4;
  EXPECT_EQ(period(layers, 8, options), 4);
  options.damping = {.kind = DampingKind::Adaptive, .every = 6};
  EXPECT_EQ(period(layers, 8, options), 12);
  options.kind = &optimizer_kind("adam");
  EXPECT_EQ(period(layers, 8, options), 1);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
