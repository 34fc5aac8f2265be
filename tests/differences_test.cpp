#include "framework/check/differences.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

HostMatrix matrix(Shape shape, const std::vector<real>& values) { return HostMatrix(Tensor(shape, values)); }

TEST(Differences, AreTheDerivativesOfOneEntry) {
  Tensor x({2, 2}, std::vector<real>{1, 2, 3, 40});
  const auto squares = [&x] {
    HostMatrix values(x);
    for (double& value : values.values()) value *= value;
    return values;
  };
  const HostMatrix slope = difference(x, 1, 1, 1e-5, squares);
  EXPECT_EQ(slope(0, 0), 0);
  EXPECT_EQ(slope(1, 0), 0);
  EXPECT_EQ(slope(0, 1), 0);
  EXPECT_NEAR(slope(1, 1), 80, 1e-8);
  EXPECT_EQ(x.to_host(), (std::vector<real>{1, 2, 3, 40}));
}

TEST(Differences, JacobiansAreThoseOfEachSample) {
  Tensor x({2, 3}, std::vector<real>{1, 2, 3, 4, 5, 6});
  const auto product = [&x] {  // y = x₀ x₁
    const HostMatrix values(x);
    HostMatrix y(Shape{1, 3});
    for (int sample = 0; sample < 3; ++sample) y(0, sample) = values(0, sample) * values(1, sample);
    return y;
  };
  const std::vector<HostMatrix> found = jacobians(x, 1e-5, product);
  ASSERT_EQ(found.size(), 3);
  for (std::size_t sample = 0; sample < 3; ++sample) {
    EXPECT_EQ(found[sample].shape(), (Shape{1, 2}));
    EXPECT_NEAR(found[sample](0, 0), static_cast<double>(2 * sample + 2), 1e-9);
    EXPECT_NEAR(found[sample](0, 1), static_cast<double>(2 * sample + 1), 1e-9);
  }
  EXPECT_EQ(x.to_host(), (std::vector<real>{1, 2, 3, 4, 5, 6}));
}

TEST(Deviation, KeepsTheWorstEntryOfAll) {
  Deviation deviation;
  deviation.include("a", matrix({1, 2}, {1, 2}), matrix({1, 2}, {1, 2.5}), 5);
  EXPECT_EQ(deviation.relative, 0.1);
  EXPECT_EQ(deviation.worst, "a(0, 1): found 2, expected 2.5");
  deviation.include("b", matrix({2, 1}, {1, 1}), matrix({2, 1}, {1.25, 1}), 5);
  EXPECT_EQ(deviation.worst, "a(0, 1): found 2, expected 2.5");
  deviation.include("c", matrix({1, 1}, {std::nan("")}), matrix({1, 1}, {1}), 5);
  EXPECT_EQ(deviation.relative, std::numeric_limits<double>::infinity());
  EXPECT_EQ(deviation.worst, "c(0, 0): found nan, expected 1");
}

TEST(Deviation, OfEqualMatricesIsZeroWhateverTheScale) {
  Deviation deviation;
  deviation.include("a", HostMatrix(Shape{2, 2}), HostMatrix(Shape{2, 2}), 0);
  EXPECT_EQ(deviation.relative, 0);
  deviation.include("a", matrix({1, 1}, {1}), HostMatrix(Shape{1, 1}), 0);
  EXPECT_EQ(deviation.relative, std::numeric_limits<double>::infinity());
}

TEST(HostMatrix, Congruence) {
  const HostMatrix J = matrix({2, 3}, {1, 2, 0, 1, 3, 0});
  const HostMatrix H = matrix({2, 2}, {1, 2, 2, 5});
  HostMatrix sum = matrix({3, 3}, std::vector<real>(9, 100));
  add_congruence(J, H, 2, sum);
  // Jᵀ H J by hand
  EXPECT_EQ(std::vector<double>(sum.values().begin(), sum.values().end()),
            (std::vector<double>{158, 124, 130, 124, 110, 112, 130, 112, 118}));
}

TEST(HostMatrix, EigenvaluesAscend) {
  const HostEigen parts = eigen(matrix({2, 2}, {1, 2, 2, 1}));
  EXPECT_NEAR(parts.values[0], -1, 1e-15);
  EXPECT_NEAR(parts.values[1], 3, 1e-15);
  EXPECT_NEAR(parts.vectors(0, 1), parts.vectors(1, 1), 1e-15);
  EXPECT_THROW(eigen(matrix({1, 1}, {std::nan("")})), Error);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
