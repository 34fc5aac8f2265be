#include "framework/batch_mean.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(BatchMean, AddsTheMeanColumn) {
  Random random(1, Random::Stream::Test);
  Workspace workspace;
  for (const Shape shape : {Shape{1, 1}, Shape{4, 1}, Shape{1, 9}, Shape{5, 3}, Shape{3, 5}, Shape{130, 300}}) {
    const Matrix values = random_matrix(random, shape.rows, shape.cols);
    const Matrix before = random_matrix(random, shape.rows, 1);
    Tensor mean = to_tensor(before);
    workspace.reset();
    BatchMean(shape.cols).add(to_tensor(values), mean, workspace);

    const double share = 1.0 / shape.cols;
    const Matrix ones = map([](real) { return real{1}; }, Matrix(shape.cols, 1));
    // B numbers of at most 1 / B each are added to one of at most 1: every partial sum is below 2.
    const double tolerance = 2.0 * (shape.cols + 2) * std::numeric_limits<real>::epsilon();
    EXPECT_LE(max_difference(from_view(mean), before + share * product(values, ones)), tolerance) << to_string(shape);
  }
}

TEST(BatchMean, TakesOneVectorOfTheWorkspace) {
  Workspace workspace;
  const Tensor values(3, 4);
  Tensor mean(3, 1);
  BatchMean(values).add(values, mean, workspace);
  const MatrixView next = workspace.take(4, 1);
  workspace.reset();
  workspace.take(4, 1);
  EXPECT_EQ(workspace.take(4, 1).data, next.data);
}

TEST(BatchMean, TakesProductsAndSums) {
  Random random(2, Random::Stream::Test);
  const int batch = 7;
  const Matrix x = random_matrix(random, 3, batch);
  const Matrix y = random_matrix(random, 4, batch);
  const Matrix before = random_matrix(random, 3, 4);
  Tensor sum = to_tensor(before);
  Tensor moment(3, 3);
  const BatchMean mean(batch);
  mean.add_product(to_tensor(x), to_tensor(y), 2, sum);
  mean.second_moment(to_tensor(x), moment);

  const double tolerance = 20 * std::numeric_limits<real>::epsilon();
  EXPECT_LE(max_difference(from_view(sum), 2 * before + (1.0 / batch) * product(x, transposed(y))), tolerance);
  EXPECT_LE(max_difference(from_view(moment), (1.0 / batch) * product(x, transposed(x))), tolerance);
  EXPECT_DOUBLE_EQ(mean.of_sum(21), 3);
  EXPECT_EQ(mean.weight(), real{1} / 7);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
