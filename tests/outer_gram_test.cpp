#include "framework/outer_gram.h"

#include <limits>
#include <string>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/random.h"
#include "framework/tensor.h"
#include "framework/threads.h"
#include "framework/workspace.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct GramShape {
  int samples;
  int outputs;
  int deltas;
  int inputs;
};

/// The sum over entry after entry.
Matrix gram_by_loops(const GramShape& shape, const Matrix& a, const Matrix& x, const Matrix& b, const Matrix& y,
                     double weight, double bias) {
  Matrix gram(a.cols, b.cols);
  for (int i = 0; i < a.cols; ++i) {
    for (int j = 0; j < b.cols; ++j) {
      double deltas = 0;
      double inputs = 0;
      for (int k = 0; k < a.rows; ++k) deltas += a(k, i) * b(k, j);
      if (weight != 0) {
        for (int k = 0; k < x.rows; ++k) inputs += x(k, i / shape.outputs) * y(k, j / shape.outputs);
      }
      gram(i, j) = static_cast<real>(deltas * (weight * inputs + bias));
    }
  }
  return gram;
}

Matrix lower_triangle(Matrix a) {
  for (int col = 0; col < a.cols; ++col) {
    for (int row = 0; row < col; ++row) a(row, col) = 0;
  }
  return a;
}

TEST(OuterGram, IsTheProductOfTwoGramMatrices) {
  const int before = threads();
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    for (const GramShape& shape : {GramShape{1, 1, 1, 1},
                                   {7, 1, 3, 5},
                                   {300, 1, 4, 6},
                                   {130, 3, 5, 2},
                                   {40, 40, 3, 4},
                                   {3, 300, 2, 2},
                                   {530, 1, 17, 3}}) {
      SCOPED_TRACE(fmt::format("{} threads, {} samples, {} outputs", count, shape.samples, shape.outputs));
      Random random(5, Random::Stream::Test);
      const int size = shape.samples * shape.outputs;
      const Matrix a = random_matrix(random, shape.deltas, size);
      const Matrix b = random_matrix(random, shape.deltas, size);
      const Matrix x = random_matrix(random, shape.inputs, shape.samples);
      const Matrix y = random_matrix(random, shape.inputs, shape.samples);
      const Tensor of_a({a.rows, a.cols}, a.values);
      const Tensor of_b({b.rows, b.cols}, b.values);
      const Tensor of_x({x.rows, x.cols}, x.values);
      const Tensor of_y({y.rows, y.cols}, y.values);
      Workspace workspace;
      for (const auto& [weight, bias] : {std::pair<real, real>{1, 1}, {1, 0}, {0, 1}}) {
        const OuterGram gram{.a = of_a, .x = of_x, .b = of_b, .y = of_y, .weight = weight, .bias = bias};
        Matrix expected = gram_by_loops(shape, a, x, b, y, weight, bias);
        Tensor c(size, size);
        fill(c, std::numeric_limits<real>::quiet_NaN());
        outer_gram_lower(gram, 0, c, workspace);
        EXPECT_LT(relative_error(lower_triangle(from_view(c)), lower_triangle(expected)), 100 * kEpsilon);
        fill(c, 2);
        outer_gram_lower(gram, 3, c, workspace);
        for (real& value : expected.values) value += 6;
        EXPECT_LT(relative_error(lower_triangle(from_view(c)), lower_triangle(expected)), 100 * kEpsilon);
      }
    }
  }
  set_threads(before);
}

TEST(OuterGram, ReadsNoInputsOfAnotherSizeWhereTheWeightsAreNotShared) {
  const Tensor a({2, 6}, std::vector<real>(12, 1));
  const Tensor x({3, 6}, std::vector<real>(18, 1));
  const Tensor y({1, 6}, std::vector<real>(6, 1));
  Tensor c(6, 6);
  Workspace workspace;
  outer_gram_lower({.a = a, .x = x, .b = a, .y = y, .weight = 0}, 0, c, workspace);
  EXPECT_EQ(to_host_number({c.view().data, 1, 1}), 2);
}

TEST(OuterGram, NamesShapesThatDoNotFit) {
  const Tensor a(2, 6);
  const Tensor x(3, 3);
  const Tensor other(2, 3);
  const Tensor four(3, 4);
  Tensor c(6, 6);
  Workspace workspace;
  const auto call = [&](ConstMatrixView b, ConstMatrixView y, ConstMatrixView inputs) {
    return [=, &a, &c, &workspace] { outer_gram_lower({.a = a, .x = inputs, .b = b, .y = y}, 0, c, workspace); };
  };
  EXPECT_THAT(call(other, x, x), ThrowsMessage<UsageError>(HasSubstr("outer_gram_lower: shapes 2x6, 2x3 and 6x6")));
  EXPECT_THAT(call(a, other, x), ThrowsMessage<UsageError>(HasSubstr("outer_gram_lower: shapes 3x3, 2x3 and 6x6")));
  EXPECT_THAT(call(a, four, four), ThrowsMessage<UsageError>(HasSubstr("outer_gram_lower: shapes 3x4, 3x4 and 6x6")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
