#include "tests/support/reproduce_tool.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kExperiment = "cifar10-convex";
const std::string results = "out/cifar10-convex/";

json read_result(const TempDir& dir, const std::string& name) { return json::parse(dir.read(results + name)); }

std::size_t epochs_of(const TempDir& dir, const std::string& run) {
  return lines(dir.read(results + run + "/metrics.csv")).size() - 1;
}

/// All metrics of runs and trials, without what differs between equal ones.
std::map<std::string, std::string> metrics_below(const TempDir& dir, const std::string& folder) {
  std::map<std::string, std::string> all;
  for (const auto& [name, text] : files_below(dir.path() / folder)) {
    if (name.ends_with("metrics.csv")) all[name] = without_seconds(text);
  }
  return all;
}

TEST(ReproduceTool, SearchesRunsAndReports) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options = with(reproduce_options(dir), {{"methods", "sgd,pch-1+ea-cg,fisher+kfi"}, {"search", "4"}});
  const ProcessResult result = run_reproduce(kExperiment, options);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("pch-1+ea-cg: search among 4 of 192 settings"));

  const json settings = read_result(dir, "settings.json");
  const json trials = read_result(dir, "search.json");
  ASSERT_THAT(settings, SizeIs(3));
  for (const char* method : {"sgd", "pch-1+ea-cg", "fisher+kfi"}) {
    const std::string run = std::string("runs/") + method + "/seed-1";
    EXPECT_EQ(epochs_of(dir, run), 3U);
    const json record = read_result(dir, run + "/run.json");
    EXPECT_EQ(record.at("outcome"), "finished");
    EXPECT_EQ(record.at("method"), method);
    json chosen = settings.at(method);
    EXPECT_EQ(chosen.at("chosen-by"), "search");
    chosen.erase("chosen-by");
    EXPECT_EQ(record.at("settings"), chosen);
    for (const json& trial : trials) {
      if (trial.at("method") != method) continue;
      EXPECT_EQ(trial.at("outcome") == "chosen", trial.at("settings") == chosen) << trial;
    }
  }
  const json experiment = read_result(dir, "experiment.json");
  EXPECT_THAT(experiment.at("methods"), ElementsAre("sgd", "fisher+kfi", "pch-1+ea-cg"));
  EXPECT_EQ(experiment.at("network"), "108-8-2");
  EXPECT_EQ(experiment.at("lossy_jpeg"), false);  // of other layers than CIFAR-10's
  EXPECT_THAT(dir.read(results + "report.html"), HasSubstr("<svg"));
}

TEST(ReproduceTool, TrainsAsItsCommandSays) {
  const TempDir dir;
  write_image_folder(dir, "data");
  ASSERT_EQ(run_reproduce(kExperiment, with(reproduce_options(dir), {{"methods", "pch-2+kfi"}})).status, 0);
  const std::string run = results + "runs/pch-2+kfi/seed-1/";
  const auto before = files_below(dir.path() / run);
  const json record = read_result(dir, "runs/pch-2+kfi/seed-1/run.json");
  std::filesystem::remove_all(dir.path() / run);

  Command command = train_command({});
  std::string words = record.at("command").get<std::string>().substr(std::string("train ").size()) + " ";
  while (!words.empty()) {
    command.push_back(words.substr(0, words.find(' ')));
    words.erase(0, words.find(' ') + 1);
  }
  ASSERT_EQ(run_process(command).status, 0);
  EXPECT_EQ(dir.read(run + "model.safetensors"), before.at("model.safetensors"));
  EXPECT_EQ(without_seconds(dir.read(run + "metrics.csv")), without_seconds(before.at("metrics.csv")));
}

TEST(ReproduceTool, KeepsFinishedRunsAndAddsOthers) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options = with(reproduce_options(dir), {{"methods", "sgd"}});
  ASSERT_EQ(run_reproduce(kExperiment, options).status, 0);
  const std::string first = dir.read(results + "runs/sgd/seed-1/metrics.csv");

  const ProcessResult more =
      run_reproduce(kExperiment, with(options, {{"methods", "sgd,pch-1+ea-cg"}, {"seeds", "1,7"}}));
  ASSERT_EQ(more.status, 0) << more.err;
  EXPECT_THAT(more.out, HasSubstr("4 runs of 3 epochs, 1 of them finished"));
  EXPECT_EQ(dir.read(results + "runs/sgd/seed-1/metrics.csv"), first);  // seconds too
  EXPECT_EQ(epochs_of(dir, "runs/pch-1+ea-cg/seed-7"), 3U);
  EXPECT_THAT(read_result(dir, "experiment.json").at("runs").at("sgd"), ElementsAre(1, 7));

  const ProcessResult longer = run_reproduce(kExperiment, with(options, {{"epochs", "5"}}));
  ASSERT_EQ(longer.status, 0) << longer.err;
  EXPECT_EQ(epochs_of(dir, "runs/sgd/seed-1"), 5U);
  EXPECT_TRUE(dir.read(results + "runs/sgd/seed-1/metrics.csv").starts_with(first));
  EXPECT_THAT(read_result(dir, "experiment.json").at("methods"), ElementsAre("sgd", "pch-1+ea-cg"));
}

TEST(ReproduceTool, EndsAsIfItHadNeverBeenKilled) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options =
      with(reproduce_options(dir), {{"methods", "sgd,fisher+ea-cg"}, {"search", "3"}, {"epochs", "60"}});
  const Options whole = with(options, {{"output", (dir.path() / "whole").string()}});
  ASSERT_EQ(run_reproduce(kExperiment, whole).status, 0);
  for (int kills = 0; kills < 6; ++kills) {
    Process process(reproduce_command(kExperiment, options));
    std::this_thread::sleep_for(std::chrono::milliseconds(150 * (kills + 1)));
    process.kill();
    process.wait();
  }
  const ProcessResult last = run_reproduce(kExperiment, options);
  ASSERT_EQ(last.status, 0) << last.err;
  EXPECT_EQ(metrics_below(dir, "out"), metrics_below(dir, "whole"));
  for (const char* run : {"runs/sgd/seed-1", "runs/fisher+ea-cg/seed-1"}) {
    EXPECT_EQ(read_result(dir, std::string(run) + "/run.json").at("outcome"), "finished");
  }
  EXPECT_EQ(dir.read("out/cifar10-convex/settings.json"), dir.read("whole/cifar10-convex/settings.json"));
  EXPECT_EQ(dir.read("out/cifar10-convex/search.json"), dir.read("whole/cifar10-convex/search.json"));
}

/// A kill between a run's last epoch and the record of it.
TEST(ReproduceTool, ARunWithAllItsEpochsIsFinished) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options = with(reproduce_options(dir), {{"methods", "sgd"}});
  ASSERT_EQ(run_reproduce(kExperiment, options).status, 0);
  json record = read_result(dir, "runs/sgd/seed-1/run.json");
  record["outcome"] = "unfinished";
  dir.write(results + "runs/sgd/seed-1/run.json", record.dump());
  ASSERT_EQ(run_reproduce(kExperiment, options).status, 0);
  EXPECT_EQ(read_result(dir, "runs/sgd/seed-1/run.json").at("outcome"), "finished");

  record["outcome"] = "lost";
  dir.write(results + "runs/sgd/seed-1/run.json", record.dump());
  const ProcessResult refused = run_reproduce(kExperiment, options);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("found outcome \"lost\", expected one of unfinished, finished"));
}

TEST(ReproduceTool, BudgetEndsRunsEarlyAndIsNotSpentTwice) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options =
      with(reproduce_options(dir), {{"methods", "sgd,pch-1+kfi"}, {"epochs", "1000000"}, {"budget", "0.02"}});
  ASSERT_EQ(run_reproduce(kExperiment, options).status, 0);
  double seconds = 0;
  std::size_t epochs = 0;
  for (const char* run : {"runs/sgd/seed-1", "runs/pch-1+kfi/seed-1"}) {
    const json record = read_result(dir, std::string(run) + "/run.json");
    EXPECT_EQ(record.at("outcome"), "out-of-time");
    seconds += record.at("wall_seconds").get<double>();
    EXPECT_GE(epochs_of(dir, run), 1U);
    epochs += epochs_of(dir, run);
  }
  EXPECT_LT(epochs, 1000000U);
  ASSERT_EQ(run_reproduce(kExperiment, options).status, 0);
  double again = 0;
  for (const char* run : {"runs/sgd/seed-1", "runs/pch-1+kfi/seed-1"}) {
    again += read_result(dir, std::string(run) + "/run.json").at("wall_seconds").get<double>();
  }
  // At most what was left, an epoch that was begun in it, and what starting takes.
  EXPECT_LT(again, 2 * seconds + 1);
}

TEST(ReproduceTool, AFailedRunIsAResult) {
  const TempDir dir;
  write_image_folder(dir, "data");
  // Without damping a factor of KFI has no inverse.
  dir.write("wild.json", R"({"fisher+kfi": {"alpha": "1e-40", "batch-size": "8"}})");
  const Options options =
      with(reproduce_options(dir), {{"methods", "fisher+kfi,sgd"}, {"settings", (dir.path() / "wild.json").string()}});
  const ProcessResult result = run_reproduce(kExperiment, options);
  ASSERT_EQ(result.status, 0) << result.err;
  const json record = read_result(dir, "runs/fisher+kfi/seed-1/run.json");
  EXPECT_EQ(record.at("outcome"), "failed");
  EXPECT_THAT(record.at("message").get<std::string>(), HasSubstr("epoch 1, step 1: "));
  EXPECT_THAT(result.out, HasSubstr(record.at("message").get<std::string>()));
  EXPECT_EQ(epochs_of(dir, "runs/sgd/seed-1"), 3U);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
