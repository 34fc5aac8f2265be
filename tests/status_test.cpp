#include "second_order/algebra/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "second_order/algebra/symmetric.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;

TEST(SolveSummary, EveryFailureNamesWhatHelps) {
  const auto text = [](SolveStatus status) { return to_string(SolveSummary{.status = status}); };
  EXPECT_THAT(text(SolveStatus::NotPositiveDefinite), HasSubstr("; more damping (rho or alpha) helps"));
  EXPECT_THAT(text(SolveStatus::Inaccurate), HasSubstr("; more damping (rho or alpha) helps"));
  EXPECT_THAT(text(SolveStatus::NonFinite), HasSubstr("a smaller learning rate or a trust region helps"));
  EXPECT_THAT(text(SolveStatus::EigenFailure), HasSubstr("another solver or curvature"));
}

TEST(SolveSummary, AResidualAboveOneIsNoSolution) {
  EXPECT_TRUE(residual_summary(1, 1).usable());
  EXPECT_EQ(residual_summary(1.01, 1).status, SolveStatus::Inaccurate);
  EXPECT_FALSE(residual_summary(1.01, 1).usable());
  EXPECT_EQ(residual_summary(0, 0).residual, 0);
  EXPECT_EQ(residual_summary(HUGE_VAL, 1).status, SolveStatus::NonFinite);
  Tensor b = to_tensor({2, 1, {1, 2}});
  Tensor product = to_tensor({2, 1, {3, 6}});
  const SolveSummary summary = residual_summary(b, product);
  EXPECT_EQ(summary.status, SolveStatus::Inaccurate);
  EXPECT_NEAR(summary.residual, 2, 1e-6);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
