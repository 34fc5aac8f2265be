#include "tools/reproduce/report/report.h"

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/experiment_folders.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

int count(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  return static_cast<int>(std::distance(std::sregex_iterator(text.begin(), text.end(), expression), {}));
}

/// report.html needs nothing beside itself, and holds each figure of report.md once.
void expect_self_contained(const TempDir& dir, int figures) {
  write_report(dir.path());
  const std::string markdown = dir.read("report.md");
  const std::string page = dir.read("report.html");
  EXPECT_EQ(count(markdown, R"(!\[[^\]]*\]\(figures/[a-z0-9-]+\.svg\))"), figures);
  EXPECT_EQ(count(page, R"(<svg\b)"), figures);
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")), Not(HasSubstr("<?xml"))));
  const std::string rest = std::regex_replace(page, std::regex("xmlns(:xlink)?=\"http://www.w3.org/[a-z0-9/]*\""), "");
  EXPECT_THAT(rest, AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://"))));

  std::set<std::string> ids;
  const std::regex id(R"(\bid=['"]([^'"]+)['"])");
  for (std::sregex_iterator each(page.begin(), page.end(), id), end; each != end; ++each) {
    EXPECT_TRUE(ids.insert((*each)[1]).second) << (*each)[1];
  }
  EXPECT_GE(static_cast<int>(ids.size()), figures);
  const std::regex reference(R"(href=['"]#([^'"]+)['"])");
  for (std::sregex_iterator each(page.begin(), page.end(), reference), end; each != end; ++each) {
    EXPECT_TRUE(ids.contains((*each)[1])) << (*each)[1];
  }
  for (const auto& file : std::filesystem::directory_iterator(dir.path() / "figures")) {
    EXPECT_THAT(markdown, HasSubstr("figures/" + file.path().filename().string()));
  }
}

TEST(Report, OfTrainingIsSelfContained) {
  const TempDir dir;
  write_realistic_training(dir, "cifar10-convex", "cross-entropy");
  expect_self_contained(dir, 4);
}

TEST(Report, OfErrorsIsSelfContained) {
  const TempDir dir;
  write_realistic_errors(dir);
  expect_self_contained(dir, 4);
}

TEST(Report, OfCostsIsSelfContained) {
  const TempDir dir;
  write_realistic_costs(dir);
  expect_self_contained(dir, 4);
}

TEST(Report, IsTheSameTwice) {
  const TempDir dir;
  write_realistic_costs(dir);
  write_report(dir.path());
  const std::string first = dir.read("report.html");
  write_report(dir.path());
  EXPECT_EQ(dir.read("report.html"), first);
}

TEST(Report, MissingProgramsAreNamedWithTheirPackages) {
  EXPECT_NO_THROW(require_report_programs());
  const std::string path = std::getenv("PATH");
  const TempDir dir;
  ::setenv("PATH", dir.path().c_str(), 1);
  EXPECT_THAT(require_report_programs, ThrowsMessage<Error>(AllOf(HasSubstr("gnuplot:"), HasSubstr("gnuplot-nox"))));
  std::filesystem::permissions(dir.write("gnuplot", ""), std::filesystem::perms::owner_all);
  EXPECT_THAT(require_report_programs, ThrowsMessage<Error>(HasSubstr("install cmark-gfm")));
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
