#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/experiment_folders.h"
#include "tools/reproduce/report/errors_report.h"
#include "tools/reproduce/report/published.h"
#include "tools/reproduce/report/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TEST(PublishedErrors, TotalsAreRootsOfSumsOfSquares) {
  // Each entry, the total too, is rounded to 4 digits: an entry e moves the root by at most 0.00005 e/total, and the
  // sum of these over 8 entries by less than 0.00005 √8.
  constexpr double kRounding = 0.00005;
  int columns = 0;
  for (const report::PublishedErrors& table : report::published_errors()) {
    for (const char* curvature : {"fisher", "gauss-newton", "pch-1", "pch-2"}) {
      const auto column = table.column(curvature);
      const auto total = table.total(curvature);
      ASSERT_EQ(column.has_value(), total.has_value());
      if (!column || !total) continue;
      SCOPED_TRACE(fmt::format("Table {}, {}", table.table, curvature));
      ASSERT_EQ(column->size(), 8U);
      EXPECT_THAT(report::total_error(*column), DoubleNear(*total, kRounding * (1 + std::sqrt(8.0))));
      ++columns;
    }
  }
  EXPECT_EQ(columns, 14);
}

/// Two layers, two updates; Gauss-Newton the closest, against the claim.
void write_small_case(const TempDir& dir) {
  dir.write("experiment.json", R"({"experiment": "hessian-errors"})");
  dir.write(
      "cifar10-convex/errors.csv",
      "update,curvature,layer,error\n"
      "0,fisher,1,0.4\n0,fisher,2,0.3\n0,gauss-newton,1,0.01\n0,gauss-newton,2,0.0\n0,pch-1,1,0.02\n0,pch-1,2,0.1\n"
      "5,fisher,1,0.2\n5,fisher,2,0.5\n5,gauss-newton,1,0.03\n5,gauss-newton,2,0.0\n5,pch-1,1,0.04\n5,pch-1,2,0.3\n");
  dir.write("cifar10-convex/loss.csv", "update,loss\n0,2.3\n5,2.2\n");
  dir.write("cifar10-convex/case.json", R"({"network": "8-2-2", "lossy_jpeg": false, "every": 5})");
}

TEST(ErrorsReport, MeansAndTotalsOfTheFile) {
  const TempDir dir;
  write_small_case(dir);
  write_report(dir.path());
  const std::string markdown = dir.read("report.md");
  EXPECT_THAT(markdown_table(markdown, "## Table 2"),
              ElementsAre(ElementsAre("layer", "Fisher", "Gauss-Newton", "PCH-1"),  //
                          ElementsAre("1", "0.3000", "0.0200", "0.0300"),           //
                          ElementsAre("2", "0.4000", "0.0000", "0.2000"),           //
                          ElementsAre("total", "0.5000", "0.0200", "0.2022")));
  EXPECT_THAT(markdown, HasSubstr("The paper's network has 8 layers"));
  // PCH-1 is below Fisher and above Gauss-Newton; Gauss-Newton's largest is at layer 1.
  const auto claims = markdown_table(markdown, "## The claims");
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[1][2], "held for 1 of 2 comparisons of totals");
  EXPECT_EQ(claims[2][2], "held for 2 of 3 columns");
  EXPECT_THAT(markdown, HasSubstr("PCH-1 0.2022 is not below Gauss-Newton's 0.0200"));
  EXPECT_THAT(markdown, HasSubstr("Missing, as nothing has been measured yet: Table 3 (ten classes of ImageNet, "
                                  "cross-entropy), Table 4 (CIFAR-10, the non-convex criterion) and Table 5"));
}

TEST(ErrorsReport, ThePapersColumnsStandBesideOurs) {
  const TempDir dir;
  write_realistic_errors(dir);
  write_report(dir.path());
  const auto convex = markdown_table(dir.read("report.md"), "## Table 2");
  ASSERT_EQ(convex.size(), 10U);
  EXPECT_THAT(convex[0], ElementsAre("layer", "Fisher", "paper", "Gauss-Newton", "paper", "PCH-1", "paper", "PCH-2",
                                     "paper", "Fisher, sampled"));
  EXPECT_EQ(convex[3][2], "0.1140");
  EXPECT_EQ(convex[9][8], "0.0330");
  const auto other = markdown_table(dir.read("report.md"), "## Table 4");
  EXPECT_THAT(other[0], ElementsAre("layer", "Fisher", "paper", "PCH-1", "paper", "PCH-2", "paper", "Fisher, sampled"));
  EXPECT_EQ(other[9][6], "0.0853");
}

TEST(ErrorsReport, SmallErrorsAreShownByTheirSize) {
  const TempDir dir;
  dir.write("experiment.json", R"({"experiment": "hessian-errors"})");
  dir.write("cifar10-convex/case.json", R"({"seed": 1, "message": ""})");
  dir.write("cifar10-convex/loss.csv", "update,loss\n0,2.3\n");
  dir.write("cifar10-convex/errors.csv", "update,curvature,layer,error\n0,pch-1,1,0.000012\n0,pch-1,2,0\n");
  write_report(dir.path());
  const std::string markdown = dir.read("report.md");
  EXPECT_THAT(markdown, HasSubstr("1.2e-05"));
  EXPECT_THAT(markdown, HasSubstr("0.0000"));
  EXPECT_THAT(markdown, Not(HasSubstr("message")));
}

TEST(ErrorsReport, BadFilesAreNamed) {
  const TempDir dir;
  write_small_case(dir);
  const auto report_error = [&](const std::string& text) {
    return ThrowsMessage<Error>(AllOf(HasSubstr("cifar10-convex/"), HasSubstr(text), Not(HasSubstr("\n"))));
  };
  const auto write = [&] { write_report(dir.path()); };
  dir.write("cifar10-convex/loss.csv", "update,loss\n0,low\n");
  EXPECT_THAT(write, report_error("loss.csv, line 2: found 'low', expected a number"));
  dir.write("cifar10-convex/errors.csv", "update,curvature,layer,error\n0,fisher,1,0.4\n0,fisher,3,0.3\n");
  EXPECT_THAT(write, report_error("errors.csv, line 3: found layer 3, expected 2"));
  dir.write("cifar10-convex/errors.csv", "update,curvature,layer,error\n0,fisher,1,1\n0,fisher,2,1\n5,fisher,1,1\n");
  EXPECT_THAT(write, report_error("errors.csv: fisher at update 5: found 1 layers, expected 2"));
}

TEST(CostReport, FitsBesideTableOne) {
  const TempDir dir;
  dir.write("experiment.json", R"({"experiment": "cost", "repetitions": 5})");
  std::string costs = "part,method,width,batch,seconds,bytes\n";
  for (const double width : {64.0, 256.0, 512.0, 1024.0}) {
    costs += fmt::format("curvature,pch-1,{},100,{},{}\n", width, 1e-10 * std::pow(width, 2.75), 4 * width * width);
    costs += fmt::format("curvature,fisher,{},100,{},{}\n", width, 1e-10 * std::pow(width, 3), 4 * width * width);
  }
  dir.write("cost.csv", costs);
  write_report(dir.path());
  const std::string markdown = dir.read("report.md");
  const auto fits = markdown_table(markdown, "## Fitted powers");
  ASSERT_EQ(fits.size(), 3U);
  EXPECT_THAT(fits[1], ElementsAre("curvature", "Fisher", "100", "3", "O(B n²)", "2", "3.00", "did not hold", "2",
                                   "2.00", "held"));
  EXPECT_THAT(fits[2],
              ElementsAre("curvature", "PCH-1", "100", "3", "O(n³)", "3", "2.75", "held", "2", "2.00", "held"));
  const auto claims = markdown_table(markdown, "## The claims");
  EXPECT_EQ(claims[1][1], "held for 1 of 2");
  EXPECT_EQ(claims[2][1], "held for all 2");
  EXPECT_THAT(markdown, HasSubstr("Missing, as nothing has been measured yet: solve."));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
