#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/reproduce_tool.h"
#include "tools/reproduce/hessian_errors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct Case {
  std::string experiment;
  Options changes;
  int status;
  std::vector<std::string> fragments;
};

TEST(ReproduceUsage, AreOneLineThatNamesWhatWasFoundAndWhatWasExpected) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const std::string file = dir.write("file", "").string();
  const std::string odd = dir.write("odd.json", R"({"sgd": {"learning-rat": "1"}})").string();
  const std::string broken = dir.write("broken.json", "[1]").string();
  const std::vector<Case> cases{
      {"mnist", {}, 2, {"mnist", "the name of an experiment"}},
      {"cifar10-convex", {{"methods", "adam"}}, 2, {"--methods", "adam", "pch-1+ea-cg"}},
      {"cifar10-nonconvex", {{"methods", "gauss-newton+kfi"}}, 2, {"gauss-newton+kfi", "pch-2+kfi"}},
      {"cifar10-convex", {{"methods", "sgd,sgd"}}, 2, {"'sgd' twice"}},
      {"cifar10-convex", {{"seeds", "1,x"}}, 2, {"--seeds", "'x'", "whole numbers"}},
      {"cifar10-convex", {{"search", "1"}}, 2, {"--search", "'1'", "from 2, or full"}},
      {"cifar10-convex", {{"search", "4"}, {"settings", odd}}, 2, {"--settings", "--search"}},
      {"cifar10-convex", {{"budget", "0"}}, 2, {"--budget", "minutes"}},
      {"cifar10-convex", {{"layers", "100-2"}}, 2, {"100 inputs", "square RGB images"}},
      {"cifar10-convex", {{"layers", "108-3"}}, 2, {"3 outputs", "2"}},
      {"cifar10-convex", {{"settings", file + "x"}}, 2, {"--settings", "holds no settings"}},
      {"cifar10-convex", {{"settings", broken}}, 1, {"broken.json", "type must be object"}},
      {"cifar10-convex", {{"settings", odd}}, 1, {"learning-rat"}},
      {"cifar10-convex", {{"data", file}}, 1, {"file"}},
      {"cifar10-convex", {{"output", file}}, 1, {"file"}},
  };
  for (const Case& one : cases) {
    const ProcessResult result = run_reproduce(one.experiment, with(reproduce_options(dir), one.changes));
    EXPECT_EQ(result.status, one.status) << result.err;
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    for (const std::string& fragment : one.fragments) EXPECT_THAT(result.err, HasSubstr(fragment));
  }
}

TEST(ReproduceUsage, OtherSettingsAreNotMixedWithARunsOwn) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options = with(reproduce_options(dir), {{"methods", "sgd"}});
  ASSERT_EQ(run_reproduce("cifar10-convex", options).status, 0);
  const std::string other = dir.write("other.json", R"({"sgd": {"learning-rate": "0.2", "batch-size": "8"}})").string();
  const ProcessResult refused = run_reproduce("cifar10-convex", with(options, {{"settings", other}}));
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("that run has the settings batch-size=8,learning-rate=0.1"));
  const ProcessResult network = run_reproduce("cifar10-convex", with(options, {{"layers", "108-4-2"}}));
  EXPECT_EQ(network.status, 2);
  EXPECT_THAT(network.err, HasSubstr("108-8-2"));
}

TEST(ReproduceUsage, AReportIsMadeAnewFromTheFolder) {
  const TempDir dir;
  write_image_folder(dir, "data");
  ASSERT_EQ(run_reproduce("cifar10-convex", with(reproduce_options(dir), {{"methods", "sgd"}})).status, 0);
  const std::string folder = (dir.path() / "out/cifar10-convex").string();
  const std::string report = dir.read("out/cifar10-convex/report.md");
  std::filesystem::remove(folder + "/report.md");
  const ProcessResult again = run_reproduce("report", {{"experiment", folder}});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.out, "report in " + folder + "/report.html\n");
  EXPECT_EQ(dir.read("out/cifar10-convex/report.md"), report);

  const ProcessResult nothing = run_reproduce("report", {{"experiment", dir.path().string()}});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.err, HasSubstr((dir.path() / "experiment.json").string()));
  EXPECT_THAT(lines(nothing.err), SizeIs(1));
  EXPECT_EQ(run_reproduce("report", {}).status, 2);
}

TEST(ReproduceUsage, HessianErrorsAreOfThePapersMethod) {
  const TempDir dir;
  write_image_folder(dir, "data");
  Options options = reproduce_options(dir);
  options.erase("epochs");
  options = with(options, {{"cases", "cifar10-convex"}, {"updates", "3"}, {"batch-size", "20"}});
  ASSERT_EQ(run_reproduce("hessian-errors", options).status, 0);
  const auto settings = nlohmann::json::parse(dir.read("out/hessian-errors/cifar10-convex/case.json")).at("settings");
  EXPECT_EQ(settings, nlohmann::json(pch_1_with_ea_cg().optimizer_settings()));
  EXPECT_EQ(settings.at("solver"), "ea-cg");
  EXPECT_EQ(settings.at("damping"), "fixed");
  EXPECT_EQ(settings.at("momentum"), "0");
}

TEST(ReproduceUsage, HelpNamesExperimentsAndOptions) {
  const ProcessResult all = run_process({std::getenv("CURVEGRAPH_REPRODUCE"), "--help"});
  EXPECT_EQ(all.status, 0);
  for (const char* name : {"cifar10-convex", "imagenet10-nonconvex"}) EXPECT_THAT(all.out, HasSubstr(name));
  const ProcessResult one = run_process({std::getenv("CURVEGRAPH_REPRODUCE"), "imagenet10-convex", "--help"});
  EXPECT_EQ(one.status, 0);
  for (const char* option : {"--search", "--budget", "fisher+kfi-rank-one"}) EXPECT_THAT(one.out, HasSubstr(option));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
