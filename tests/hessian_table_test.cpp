#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "second_order/curvature/curvature.h"
#include "tests/support/hessian_tool.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// Columns of csv_rows.
enum Column : std::size_t { kUnits, kError, kSmallest, kLargest, kMeanShare };

/// ‖G - |H|‖_F by loops.
double error_by_loops(const Matrix& g, const Matrix& h) {
  const Eigen parts = eigen(h);
  double square = 0;
  for (int i = 0; i < g.rows; ++i) {
    for (int j = 0; j < g.cols; ++j) {
      double absolute = 0;
      for (int k = 0; k < g.rows; ++k) {
        absolute += std::abs(parts.values[static_cast<std::size_t>(k)]) * parts.vectors(i, k) * parts.vectors(j, k);
      }
      square += std::pow(g(i, j) - absolute, 2);
    }
  }
  return std::sqrt(square);
}

/// ‖a‖² / tr A of a layer's input.
double mean_share(const Safetensors& file, int layer) {
  double square = 0;
  for (const double value : matrix(file, tensor_name("input_mean", layer)).values) square += value * value;
  return square / matrix(file, tensor_name("input_second_moment_trace", layer))(0, 0);
}

/// What the run's CSV says is what loops make of the blocks in its file.
void expect_csv_of_the_blocks(const TrainedRun& run) {
  const CsvRows rows = csv_rows(run.dir().read("csv"));
  const Safetensors file = run.blocks();
  std::size_t expected_rows = 0;
  for (const Curvature* curvature : curvatures()) {
    const std::string name(curvature->name);
    if (!file.tensors.contains(tensor_name(name, 1))) continue;
    double square = 0;
    double largest = 0;
    for (int layer = 1; layer <= 3; ++layer) {
      SCOPED_TRACE(tensor_name(name, layer));
      const Matrix block = matrix(file, tensor_name(name, layer));
      const Matrix hessian = matrix(file, tensor_name("exact", layer));
      const std::vector<double>& row = rows.at({std::to_string(layer), name});
      const std::vector<double> eigenvalues = eigen(block).values;
      const double scale = std::max(std::abs(eigenvalues.front()), std::abs(eigenvalues.back()));
      const double error = error_by_loops(block, hessian);
      EXPECT_EQ(row[kUnits], block.rows);
      EXPECT_NEAR(row[kError], error, 1e-12 * scale);
      EXPECT_NEAR(row[kSmallest], eigenvalues.front(), 1e-13 * scale);
      EXPECT_NEAR(row[kLargest], eigenvalues.back(), 1e-13 * scale);
      EXPECT_NEAR(row[kMeanShare], mean_share(file, layer), 1e-13);
      square += error * error;
      largest = std::max(largest, scale);
      ++expected_rows;
    }
    const std::vector<double>& total = rows.at({"total", name});
    EXPECT_NEAR(total[kError], std::sqrt(square), 1e-12 * largest);
    for (const Column column : {kUnits, kSmallest, kLargest, kMeanShare}) EXPECT_TRUE(std::isnan(total[column]));
    ++expected_rows;
  }
  EXPECT_THAT(rows, SizeIs(expected_rows));
}

TEST(HessianTable, HoldsThePapersErrorAndTheEndsOfTheSpectrum) {
  for (const auto& [activation, criterion] : {std::pair{"sigmoid", "cross-entropy"}, {"softplus", "tukey-biweight"}}) {
    const TrainedRun run(activation, criterion, "0.01");
    run.run();
    expect_csv_of_the_blocks(run);
  }
}

TEST(HessianTable, IsPrintedWithTheSameNumbersInColumns) {
  const TrainedRun run("sigmoid", "cross-entropy");
  const std::vector<std::string> printed = lines(run.run());
  const CsvRows rows = csv_rows(run.dir().read("csv"));
  ASSERT_GT(printed.size(), rows.size() + 1);
  EXPECT_EQ(printed[0],
            "30 of 250 samples of fashion-mnist train, seed 3; network 36-8-6-10, sigmoid, cross-entropy; in double, 1 "
            "threads");
  EXPECT_EQ(printed[1], "layer  units  ‖a‖²/tr A  curvature            error  smallest eigenvalue  largest eigenvalue");
  for (std::size_t i = 2; i < 2 + rows.size(); ++i) {
    std::istringstream words(printed[i]);
    std::string layer;
    std::string curvature;
    double units = 0;
    double share = 0;
    words >> layer;
    if (layer != "total") words >> units >> share;
    double error = 0;
    words >> curvature >> error;
    const std::vector<double>& row = rows.at({layer, curvature});
    EXPECT_NEAR(error, row[kError], 1e-4 * row[kError]) << printed[i];
    EXPECT_EQ(printed[i].find(curvature), 25U) << printed[i];
    if (layer == "total") continue;
    double smallest = 0;
    double largest = 0;
    words >> smallest >> largest;
    EXPECT_EQ(units, row[kUnits]);
    EXPECT_NEAR(share, row[kMeanShare], 1e-4);
    EXPECT_NEAR(smallest, row[kSmallest], 1e-4 * std::abs(row[kSmallest])) << printed[i];
    EXPECT_NEAR(largest, row[kLargest], 1e-4 * std::abs(row[kLargest])) << printed[i];
    EXPECT_THAT(printed[i], SizeIs(printed[2].size()));
  }
  EXPECT_THAT(printed, Contains(HasSubstr("EA-CG, which approximates A by a aᵀ, takes a step of gradient descent")));
}

TEST(HessianTable, HasNoErrorWhereTheApproximationsAreExact) {
  // One sample and a piecewise linear activation: PCH = Gauss-Newton = |E[H]|, and Fisher is another matrix.
  const TrainedRun run("relu", "cross-entropy", "0.001");
  run.run({{"batch-size", "1"}});
  const CsvRows rows = csv_rows(run.dir().read("csv"));
  for (const char* layer : {"1", "2", "3"}) {
    for (const char* curvature : {"gauss-newton", "pch-1", "pch-2", "exact"}) {
      const std::vector<double>& row = rows.at({layer, curvature});
      ASSERT_GT(row[kLargest], 0);
      EXPECT_LT(row[kError], 1e-14 * row[kLargest]) << layer << " " << curvature;
    }
    EXPECT_GT(rows.at({layer, "fisher"})[kError], 0.1 * rows.at({layer, "exact"})[kLargest]) << layer;
  }
}

TEST(HessianTable, LeavesGaussNewtonOutWhereTheCriterionIsNotConvex) {
  const TrainedRun run("tanh", "bounded");
  const std::string printed = run.run();
  EXPECT_THAT(lines(printed), Contains("gauss-newton is left out: bounded is not convex"));
  for (const auto& [name, tensor] : run.blocks().tensors) EXPECT_THAT(name, Not(HasSubstr("gauss")));
  const CsvRows rows = csv_rows(run.dir().read("csv"));
  EXPECT_THAT(rows, SizeIs(4 * 5));
  // Both PCH take absolute eigenvalues of the last layer's block, which is indefinite.
  EXPECT_LT(rows.at({"3", "exact"})[kSmallest], -1e-3 * rows.at({"3", "exact"})[kLargest]);
  for (const char* curvature : {"pch-1", "pch-2"}) {
    EXPECT_LT(rows.at({"3", curvature})[kError], 1e-14 * rows.at({"3", curvature})[kLargest]) << curvature;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
