#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ops/ops.h"
#include "tools/check/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Printed {
  int status;
  std::vector<std::string> lines;
};

template <class Results>
Printed print(const Results& results) {
  testing::internal::CaptureStdout();
  Printed printed{.status = report(results), .lines = {}};
  std::string text = testing::internal::GetCapturedStdout();
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    printed.lines.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  EXPECT_EQ(text, "") << "the last line has no end";
  return printed;
}

TEST(CheckReport, OfOps) {
  const RuleError right{.rule = "gradient", .relative = 1.5e-10, .worst = "dx[0](0, 0): found 1, expected 2"};
  const RuleError wrong{
      .rule = "curvature", .relative = 0.25, .worst = "block[0](3, 1): found 3, expected 4 (5 features, 2 samples)"};
  const std::vector<OpSummary> summaries{
      {.op = &sigmoid, .rules = {right}},
      {.op = &softmax_cross_entropy, .targets = Targets::OneHot, .rules = {right, wrong}},
      {.op = &relu, .refused = "relu: has no curvature rule to check"},
  };
  const Printed printed = print(summaries);
  EXPECT_EQ(printed.status, 1);
  EXPECT_THAT(printed.lines, ElementsAre(
                                 // clang-format off
          "op             targets       points   gradient  parameter gradient  curvature   residual    tangent     factor  tolerance",
          "sigmoid        -                 20    1.5e-10                   -          -          -          -          -      1e-08  pass",
          "cross-entropy  one-hot           20    1.5e-10                   -    2.5e-01          -          -          -      1e-08  FAIL",
          "relu           -                 20          -                   -          -          -          -          -      1e-08  FAIL",
          "",
          "cross-entropy, curvature: block[0](3, 1): found 3, expected 4 (5 features, 2 samples); relative error 2.5e-01, tolerance 1e-08",
          "relu: has no curvature rule to check",
          "2 of 4 checks failed"));
  // clang-format on
}

TEST(CheckReport, OfAModel) {
  std::vector<CheckResult> results{
      {.layer = 1, .rule = "gradient of W", .value = 2e-9, .bound = 1e-8, .worst = "W(0, 0): found 1, expected 2"},
      {.layer = 1, .rule = "pch-1 eigenvalues", .kind = CheckResult::Kind::Eigenvalue, .value = 0.5, .bound = -1e-12},
      {.layer = 2, .rule = "gradient of W", .value = 3e-8, .bound = 1e-8, .worst = "W(0, 1): found 3, expected 4"},
      {.layer = 2,
       .rule = "pch-1 eigenvalues",
       .kind = CheckResult::Kind::Eigenvalue,
       .value = -0.5,
       .bound = -1e-12,
       .worst = "found -1 to 2, expected none below zero"},
  };
  Printed printed = print(results);
  EXPECT_EQ(printed.status, 1);
  EXPECT_THAT(
      printed.lines,
      ElementsAre("layer  checked            relative error  smallest eigenvalue  tolerance",
                  "1      gradient of W             2.0e-09                    -      1e-08  pass",
                  "       pch-1 eigenvalues               -              5.0e-01     -1e-12  pass",
                  "2      gradient of W             3.0e-08                    -      1e-08  FAIL",
                  "       pch-1 eigenvalues               -             -5.0e-01     -1e-12  FAIL",  //
                  "",                                                                                //
                  "layer 2, gradient of W: W(0, 1): found 3, expected 4; relative error 3.0e-08, tolerance 1e-08",
                  "layer 2, pch-1 eigenvalues: found -1 to 2, expected none below zero; relative to the largest "
                  "-5.0e-01, tolerance -1e-12",
                  "2 of 4 checks failed"));
  results.resize(2);
  printed = print(results);
  EXPECT_EQ(printed.status, 0);
  EXPECT_THAT(printed.lines.back(), HasSubstr("all 2 checks passed"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
