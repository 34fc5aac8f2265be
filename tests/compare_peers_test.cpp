#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "tests/support/experiment_folders.h"
#include "tests/support/train_tool.h"

/// tools/peers/compare.py with a program that stands in for tools/train; skipped where there is no Python 3.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string environment(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr) throw Error(std::string(variable) + ": not set, expected what tests/meson.build sets");
  return value;
}

class ComparePeers : public testing::Test {
 protected:
  void SetUp() override {
    if (run_process({"/usr/bin/env", "python3", "--version"}).status != 0) GTEST_SKIP() << "no Python 3";
    // SGD's usual rate, its best by the stand-in's formula, diverges. The environment is kept, and with a file "hard"
    // the default's losses stay high.
    const auto script =
        dir_.write("train", fmt::format(R"(#!/bin/sh
env > {0}/environment
case "$*" in
  *'--optimizer sgd'*'--learning-rate 0.1 '*) echo 'train: the loss is nan' >&2; exit 3;;
  *--optimizer*) ;;
  *) if [ -e {0}/hard ]; then export CURVEGRAPH_STAND_IN_LEVEL=3; fi;;
esac
exec {1} "$@"
)",
                                        dir_.path().string(), environment("CURVEGRAPH_TRAIN_STAND_IN")));
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  }

  [[nodiscard]] ProcessResult compare(const Options& changes = {}) const {
    const Options options = with({{"tasks", "autoencoder"},
                                  {"trials", "4"},
                                  {"seeds", "1,2"},
                                  {"epochs-scale", "0.5"},
                                  {"threads", "1"},
                                  {"train", (dir_.path() / "train").string()},
                                  {"output", (dir_.path() / "out").string()}},
                                 changes);
    Command command{"/usr/bin/env", "OPENBLAS_CORETYPE=Nehalem", "PYTHONDONTWRITEBYTECODE=1", "python3",
                    environment("CURVEGRAPH_SOURCE") + "/tools/peers/compare.py"};
    for (const auto& [option, value] : options) command.insert(command.end(), {"--" + option, value});
    return run_process(command);
  }

  [[nodiscard]] json task() const { return json::parse(dir_.read("out/results.json")).at("tasks").at("autoencoder"); }

  TempDir dir_;
};

std::string words(const json& run) {
  std::string text;
  for (const json& word : run.at("command")) text += word.get<std::string>() + " ";
  return text;
}

TEST_F(ComparePeers, RivalsAreTunedOnTheValidationSetAndTheDefaultIsNot) {
  const ProcessResult result = compare();
  ASSERT_EQ(result.status, 0) << result.err;
  const json found = task();
  EXPECT_THAT(found.at("trials"), SizeIs(2));
  for (const char* rival : {"sgd", "adamw"}) {
    const json& trials = found.at("trials").at(rival);
    ASSERT_THAT(trials, SizeIs(4)) << rival;
    double least = HUGE_VAL;
    json best;
    std::set<std::string> rates;
    for (const json& trial : trials) {
      EXPECT_THAT(words(trial), HasSubstr("--validation 0.1 "));
      EXPECT_THAT(words(trial), HasSubstr("--epochs 25 --seed 1 "));
      rates.insert(trial.at("settings").at("learning-rate"));
      if (trial.at("outcome") == "failed") continue;
      const double rmse = trial.at("metrics").at("validation_rmse").back();
      if (rmse < least) best = trial.at("settings");
      least = std::min(least, rmse);
    }
    EXPECT_THAT(rates, SizeIs(4)) << rival;
    EXPECT_EQ(found.at("chosen").at(rival), best);
    for (const auto& [seed, run] : found.at("runs").at(rival).items()) {
      EXPECT_EQ(run.at("settings"), best);
      EXPECT_THAT(words(run), Not(HasSubstr("--validation")));
    }
  }
  EXPECT_EQ(found.at("trials").at("adamw")[0].at("settings").at("learning-rate"), "0.001");
  EXPECT_EQ(found.at("trials").at("sgd")[0].at("outcome"), "failed");
  EXPECT_EQ(found.at("trials").at("sgd")[0].at("message"), "train: the loss is nan");

  const std::string ours = words(found.at("runs").at("default").at("2"));
  EXPECT_THAT(ours, HasSubstr("--dataset fashion-mnist --task autoencoder --layers "
                              "784-1000-500-250-30-250-500-1000-784 --activation sigmoid --criterion "
                              "sigmoid-cross-entropy --threads 1 --epochs 15 --seed 2 --output "));
  EXPECT_THAT(dir_.read("environment"), Not(HasSubstr("OPENBLAS_CORETYPE")));
  for (const auto& [name, text] : files_below(dir_.path() / "out")) EXPECT_FALSE(name.ends_with(".safetensors"));
}

TEST_F(ComparePeers, ReportsSecondsToTheRivalsBest) {
  const ProcessResult result = compare();
  ASSERT_EQ(result.status, 0) << result.err;
  std::vector<std::string> order;
  for (const std::string& line : lines(result.out)) {
    if (line.find(", seed ") != std::string::npos) order.push_back(line.substr(0, line.find(':')));
  }
  EXPECT_THAT(order,
              ElementsAre("autoencoder default, seed 1", "autoencoder sgd, seed 1", "autoencoder adamw, seed 1",
                          "autoencoder default, seed 2", "autoencoder sgd, seed 2", "autoencoder adamw, seed 2"));
  const json found = task();
  for (const char* seed : {"1", "2"}) {
    const json rival = found.at("runs").at("adamw").at(seed).at("metrics");
    const json ours = found.at("runs").at("default").at(seed).at("metrics");
    const json compared = found.at("comparison").at("adamw").at(seed);
    // The stand-in's measures fall with every epoch.
    EXPECT_EQ(compared.at("rival_best"), rival.at("test_rmse").back());
    EXPECT_EQ(compared.at("rival_seconds"), rival.at("seconds").back());
    std::size_t epoch = 0;
    while (ours.at("test_rmse").at(epoch) > rival.at("test_rmse").back()) ++epoch;
    EXPECT_EQ(compared.at("default_seconds"), ours.at("seconds").at(epoch));
    EXPECT_DOUBLE_EQ(compared.at("ratio"),
                     ours.at("seconds").at(epoch).get<double>() / rival.at("seconds").back().get<double>());
    EXPECT_EQ(compared.at("default_within"), ours.at("test_rmse").back());  // 15 epochs in the time of the rival's 25
    EXPECT_EQ(compared.at("reached"), true);
  }
  const auto table = markdown_table(dir_.read("out/report.md"), "## Time to a rival's best");
  ASSERT_EQ(table.size(), 3U);
  EXPECT_EQ(table[2][1], "AdamW");
  EXPECT_EQ(table[2][8], "2 of 2");
  EXPECT_THAT(result.out, HasSubstr(dir_.read("out/report.md")));
}

TEST_F(ComparePeers, SaysWhereTheDefaultDoesNotReachTheRivalsBest) {
  dir_.write("hard", "");
  const ProcessResult result = compare({{"contestants", "default,adamw"}, {"trials", "1"}});
  ASSERT_EQ(result.status, 0) << result.err;
  const json compared = task().at("comparison").at("adamw").at("1");
  EXPECT_EQ(compared.at("reached"), false);
  EXPECT_EQ(compared.at("default_seconds"), nullptr);
  EXPECT_EQ(compared.at("ratio"), nullptr);
  const auto table = markdown_table(dir_.read("out/report.md"), "## Time to a rival's best");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[1][5], "never (never to never)");
  EXPECT_EQ(table[1][8], "0 of 2");
}

TEST_F(ComparePeers, KeepsWhatIsFinishedAndContinuesWhatIsNot) {
  ASSERT_EQ(compare().status, 0);
  const json before = task();
  const std::string ours = "out/runs/autoencoder/default/seed-1/";
  const std::string other = "out/runs/autoencoder/default/seed-2/";
  for (const std::string& run : {ours, other}) {
    json record = json::parse(dir_.read(run + "run.json"));
    record["outcome"] = "unfinished";
    dir_.write(run + "run.json", record.dump());
  }
  dir_.write(ours + "checkpoint.safetensors", "large");
  const ProcessResult again = compare();
  ASSERT_EQ(again.status, 0) << again.err;
  int starts = 0;
  for (const auto& [name, text] : files_below(dir_.path() / "out")) {
    if (!name.ends_with("starts.txt")) continue;
    EXPECT_EQ(text, "out/" + name == ours + "starts.txt" ? "new\nresumed\n" : "new\n") << name;
    ++starts;
  }
  EXPECT_EQ(starts, 3 * 2 + 2 * 4 - 1);  // all but the one that fails
  json after = task();
  EXPECT_EQ(after.at("comparison"), before.at("comparison"));

  const ProcessResult refused = compare({{"epochs-scale", "1"}});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("run.json: that run is"));
  EXPECT_THAT(refused.err, HasSubstr("expected the same, or another --output"));
}

TEST_F(ComparePeers, MisuseNamesTheOption) {
  const auto expect = [&](const Options& changes, int status, const std::string& text) {
    const ProcessResult result = compare(changes);
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_THAT(lines(result.err).back(), HasSubstr(text));
  };
  expect({{"tasks", "mnist"}}, 2, "--tasks: found 'mnist', expected some of cifar-sigmoid,");
  expect({{"trials", "41"}}, 2, "--trials: found '41', expected at most 40");
  expect({{"seeds", "1,x"}}, 2, "--seeds: found '1,x', expected whole numbers");
  expect({{"tasks", "cifar-relu"}}, 1, "--cifar: missing");
  expect({{"train", "nowhere/train"}}, 1, "nowhere/train: cannot be started: No such file");
  expect({{"train", "nowhere/train"}, {"tasks", "arm-tukey"}}, 1, "nowhere/reproduce: not there");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
