#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/experiment_folders.h"
#include "tests/support/reproduce_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const std::string race = "out/race/";

/// Of a small arm, with programs that stand in for both sides and take no time.
Options race_options(const TempDir& dir) {
  const std::string stand_in = std::getenv("CURVEGRAPH_TRAIN_STAND_IN");
  return {{"tasks", "arm-tukey"},
          {"arm-samples", "200"},
          {"train", stand_in},
          {"python", stand_in},
          {"peers", dir.write("train.py", "").string()},
          {"trials", "3"},
          {"trial-seconds", "4"},
          {"seeds", "1,2"},
          {"limit", "30"},
          {"threads", "1"},
          {"output", (dir.path() / "out").string()}};
}

json read_json(const TempDir& dir, const std::string& name) { return json::parse(dir.read(race + name)); }

std::string starts(const TempDir& dir, const std::string& run) { return dir.read(race + run + "/starts.txt"); }

ProcessResult run_flag(const Options& options, const std::string& flag) {
  Command command = reproduce_command("race", options);
  command.push_back("--" + flag);
  return run_process(command);
}

TEST(RaceTool, FixesTargetsSearchesRacesAndReports) {
  const TempDir dir;
  const ProcessResult result = run_reproduce("race", race_options(dir));
  ASSERT_EQ(result.status, 0) << result.err;

  // Adam at 0.003 is fastest by the stand-in's formula, and at its best after the last of 30 epochs.
  const json target = read_json(dir, "targets.json").at("arm-tukey");
  EXPECT_EQ(target.at("learning_rate"), "0.003");
  EXPECT_EQ(target.at("epochs"), 30);
  EXPECT_NEAR(target.at("target").get<double>(), 1.4 + 0.8 * std::exp(-0.202 * 30), 1e-6);
  EXPECT_GT(target.at("plateau").get<double>(), target.at("eighty_percent").get<double>());

  const json search = read_json(dir, "search.json").at("arm-tukey");
  EXPECT_FALSE(search.contains("default"));
  for (const char* entrant : {"sgd", "adam", "torch-sgd", "torch-adam", "torch-soap"}) {
    ASSERT_THAT(search.at(entrant).at("trials"), SizeIs(3)) << entrant;
    for (const char* seed : {"1", "2"}) {
      const json run = read_json(dir, fmt::format("runs/arm-tukey/{}/seed-{}/run.json", entrant, seed));
      for (const auto& [option, value] : search.at(entrant).at("settings").items()) {
        EXPECT_EQ(run.at("settings").at(option), value);
      }
    }
  }
  const json run = read_json(dir, "runs/arm-tukey/default/seed-2/run.json");
  EXPECT_EQ(run.at("outcome"), "finished");
  EXPECT_EQ(run.at("settings"), json::object());
  for (const char* word : {"--optimizer", "--learning-rate", "--batch-size", "--momentum"}) {
    EXPECT_THAT(run.at("command").get<std::string>(), Not(HasSubstr(word)));
  }
  EXPECT_THAT(result.out, HasSubstr("torch-k-fac is left out: packages missing: asdfghjkl"));
  EXPECT_THAT(dir.read(race + "report.md"), HasSubstr("Left out: `torch-k-fac`: packages missing: asdfghjkl"));
  EXPECT_THAT(dir.read(race + "report.html"), HasSubstr("<svg"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / race / "runs/arm-tukey/sgd/seed-1/checkpoint.safetensors"));
}

TEST(RaceTool, WritesTheArmsDataAlone) {
  const TempDir dir;
  ASSERT_EQ(run_reproduce("race", with(race_options(dir), {{"contestants", "default"}, {"seeds", "1"}})).status, 0);
  const std::string output = (dir.path() / "alone").string();
  const ProcessResult result = run_reproduce("arm-data", {{"output", output}, {"samples", "200"}});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("200 training and 50 test samples"));
  EXPECT_EQ(files_below(output), files_below(dir.path() / race / "data"));
  const ProcessResult refused = run_reproduce("arm-data", {{"output", output}, {"samples", "3"}});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("--samples"));
}

TEST(RaceTool, TakesTurnsBySeed) {
  const TempDir dir;
  const ProcessResult result = run_reproduce("race", with(race_options(dir), {{"contestants", "default,adam"}}));
  ASSERT_EQ(result.status, 0) << result.err;
  std::vector<std::string> order;
  for (const std::string& line : lines(result.out)) {
    if (line.find("/4 ") != std::string::npos && line.find(", seed ") != std::string::npos)
      order.push_back(line.substr(line.find("arm-tukey")));
  }
  for (std::string& line : order) line = line.substr(0, line.find(':'));
  EXPECT_THAT(order, ElementsAre("arm-tukey default, seed 1", "arm-tukey adam, seed 1", "arm-tukey default, seed 2",
                                 "arm-tukey adam, seed 2"));
}

TEST(RaceTool, KeepsWhatIsFinishedAndContinuesWhatIsNot) {
  const TempDir dir;
  const Options options = with(race_options(dir), {{"contestants", "default,adam,torch-adam"}});
  ASSERT_EQ(run_reproduce("race", options).status, 0);
  const std::string targets = dir.read(race + "targets.json");
  const std::string ours = "runs/arm-tukey/default/seed-1";
  const std::string theirs = "runs/arm-tukey/torch-adam/seed-1";
  const std::string finished = dir.read(race + ours + "/metrics.csv");
  // As a kill after two epochs leaves them.
  for (const std::string& run : {ours, theirs}) {
    const std::vector<std::string> rows = lines(dir.read(race + run + "/metrics.csv"));
    json record = read_json(dir, run + "/run.json");
    record["outcome"] = "unfinished";
    dir.write(race + run + "/run.json", record.dump());
    dir.write(race + run + "/metrics.csv", rows[0] + "\n" + rows[1] + "\n" + rows[2] + "\n");
    dir.write(race + run + "/checkpoint.safetensors", "large");
  }
  const ProcessResult again = run_reproduce("race", options);
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(dir.read(race + "targets.json"), targets);
  EXPECT_EQ(starts(dir, ours), "new\nresumed\n");
  EXPECT_EQ(starts(dir, theirs), "new\nnew\n");
  EXPECT_EQ(starts(dir, "runs/arm-tukey/default/seed-2"), "new\n");
  EXPECT_EQ(starts(dir, "runs/arm-tukey/adam/seed-1"), "new\n");
  EXPECT_EQ(dir.read(race + ours + "/metrics.csv"), finished);
  EXPECT_EQ(read_json(dir, ours + "/run.json").at("outcome"), "finished");
  for (const auto& [name, text] : files_below(dir.path() / race / "search")) {
    if (name.ends_with("starts.txt")) {
      EXPECT_EQ(text, "new\n") << name;
    }
  }
}

TEST(RaceTool, RunsThatRanOutOfTimeGetMoreWhenTheLimitGrows) {
  const TempDir dir;
  const Options options = with(race_options(dir), {{"contestants", "default"}, {"seeds", "1"}, {"limit", "1"}});
  ASSERT_EQ(run_reproduce("race", options).status, 0);
  const std::string run = "runs/arm-tukey/default/seed-1";
  // The stand-in may be faster than it can be stopped: as one that was.
  json record = read_json(dir, run + "/run.json");
  const std::vector<std::string> rows = lines(dir.read(race + run + "/metrics.csv"));
  record["outcome"] = "out-of-time";
  dir.write(race + run + "/run.json", record.dump());
  dir.write(race + run + "/metrics.csv", rows[0] + "\n" + rows[1] + "\n" + rows[2] + "\n");
  ASSERT_EQ(run_reproduce("race", options).status, 0);
  EXPECT_EQ(starts(dir, run), "new\n");
  ASSERT_EQ(run_reproduce("race", with(options, {{"limit", "30"}})).status, 0);
  EXPECT_EQ(starts(dir, run), "new\nnew\n");
  EXPECT_EQ(read_json(dir, run + "/run.json").at("outcome"), "finished");
}

TEST(RaceTool, LeavesOneDeviceOutAtATime) {
  const TempDir dir;
  Options options = with(race_options(dir), {{"contestants", "default"}});
  ASSERT_EQ(run_reproduce("race", options).status, 0);
  for (const char* option : {"contestants", "trials", "trial-seconds"}) options.erase(option);
  const ProcessResult result = run_flag(options, "leave-one-out");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(starts(dir, "runs/arm-tukey/default/seed-1"), "new\n");
  const json run = read_json(dir, "leave-one-out/arm-tukey/without-relative-damping/seed-1/run.json");
  EXPECT_EQ(run.at("settings"), (json{{"damping", "fixed"}}));
  const auto table = markdown_table(dir.read(race + "report.md"), "### The default with one device");
  ASSERT_GT(table.size(), 4U);
  EXPECT_EQ(table[1][0], "second order, default");
  EXPECT_EQ(table[1][5], "1.00");
  EXPECT_EQ(table[2][0], "one damping for all layers");
}

TEST(RaceTool, RanksRunToEqualEpochs) {
  const TempDir dir;
  Options options = with(race_options(dir), {{"ranks", "1,4"}, {"epochs", "6"}});
  for (const char* option : {"trials", "trial-seconds", "limit"}) options.erase(option);
  const ProcessResult result = run_reproduce("race", options);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_FALSE(std::filesystem::exists(dir.path() / race / "targets.json"));
  const json run = read_json(dir, "ranks/arm-tukey/rank-4/seed-2/run.json");
  EXPECT_EQ(run.at("settings"), (json{{"rank", "4"}, {"solver", "ea-cg"}}));
  EXPECT_EQ(run.at("epochs"), 6);
  const auto table = markdown_table(dir.read(race + "report.md"), "### Rank of EA-CG");
  ASSERT_EQ(table.size(), 4U);
  EXPECT_THAT(table[0], ElementsAre("solver", "ms a step", "s an epoch", "to the first", "loss after 1", "loss after 3",
                                    "loss after 6", "test rmse"));
  EXPECT_EQ(table[3][0], "CG, all of A");
  EXPECT_EQ(table[1][1], "55.00");  // the stand-in's 0.55 s an epoch of 10 steps
  EXPECT_EQ(table[1][2], "0.55");
}

TEST(RaceTool, VariablesThatChangeTheKernelsAreLeftOut) {
  const TempDir dir;
  const Options options = with(race_options(dir), {{"contestants", "default"}, {"seeds", "1"}});
  Command command = reproduce_command("race", options);
  command.insert(command.begin(), {"/usr/bin/env", "OPENBLAS_CORETYPE=Nehalem", "OPENBLAS_L2_SIZE=512"});
  const ProcessResult set = run_process(command);
  ASSERT_EQ(set.status, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE left out of the environment\n"));
  const std::string blas = read_json(dir, "experiment.json").at("machine").at("blas");
  command = reproduce_command("race", options);
  command.insert(command.begin(), {"/usr/bin/env", "-u", "OPENBLAS_CORETYPE", "-u", "OPENBLAS_L2_SIZE"});
  const ProcessResult unset = run_process(command);
  ASSERT_EQ(unset.status, 0) << unset.err;
  EXPECT_THAT(unset.out, Not(HasSubstr("left out")));
  EXPECT_EQ(read_json(dir, "experiment.json").at("machine").at("blas"), blas);
}

TEST(RaceTool, WithoutPythonOnlyOursRace) {
  const TempDir dir;
  Options options = race_options(dir);
  options["peers"] = (dir.path() / "nothing.py").string();
  options["seeds"] = "1";
  const ProcessResult named = run_reproduce("race", options);
  EXPECT_EQ(named.status, 1);
  EXPECT_THAT(named.err, HasSubstr("nothing.py: not there, expected the program of PyTorch's side"));
  options.erase("python");
  const ProcessResult result = run_reproduce("race", options);
  ASSERT_EQ(result.status, 0) << result.err;
  const auto table = markdown_table(dir.read(race + "report.md"), "## Inverse dynamics");
  ASSERT_EQ(table.size(), 4U);
  EXPECT_EQ(table[1][0], "second order, default");
  EXPECT_EQ(table[3][0], "Adam");
  EXPECT_THAT(dir.read(race + "report.md"), HasSubstr("Left out: `torch-soap`"));
}

TEST(RaceTool, MisuseIsOneLine) {
  const TempDir dir;
  const Options good = with(race_options(dir), {{"contestants", "default"}, {"seeds", "1"}});
  struct Case {
    Options changes;
    int status;
    std::vector<std::string> fragments;
  };
  const std::vector<Case> cases{
      {{{"tasks", "mnist"}}, 2, {"--tasks", "'mnist'", "cifar-10, autoencoder, arm-tukey, arm-squared"}},
      {{{"tasks", "cifar-10"}}, 2, {"--data", "missing"}},
      {{{"contestants", "lbfgs"}}, 2, {"--contestants", "'lbfgs'", "torch-soap"}},
      {{{"trials", "0"}}, 2, {"--trials", "'0'"}},
      {{{"trial-seconds", "-1"}}, 2, {"--trial-seconds", "'-1'", "seconds"}},
      {{{"limit", "x"}}, 2, {"--limit", "'x'"}},
      {{{"ranks", "0"}, {"contestants", "default"}}, 2, {"--contestants", "--ranks"}},
      {{{"arm-samples", "3"}}, 2, {"--arm-samples", "from 4"}},
      {{{"fashion", "nowhere"}, {"tasks", "autoencoder"}}, 1, {"nowhere"}},
      {{{"train", "nowhere"}}, 1, {"nowhere"}},
  };
  for (const Case& one : cases) {
    const ProcessResult result = run_reproduce("race", with(good, one.changes));
    EXPECT_EQ(result.status, one.status) << result.err;
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    for (const std::string& fragment : one.fragments) EXPECT_THAT(result.err, HasSubstr(fragment));
  }
  ASSERT_EQ(run_reproduce("race", good).status, 0);
  const ProcessResult epochs = run_reproduce("race", with(good, {{"target-epochs", "5"}}));
  EXPECT_EQ(epochs.status, 2);
  EXPECT_THAT(epochs.err, HasSubstr("--target-epochs 5: the target of arm-tukey was fixed with 30"));
  json targets = read_json(dir, "targets.json");
  const std::string fixed = targets.dump();
  targets["arm-tukey"]["plateau"] = 2 * targets["arm-tukey"]["plateau"].get<double>();
  dir.write(race + "targets.json", targets.dump());
  const ProcessResult losses = run_reproduce("race", good);
  EXPECT_EQ(losses.status, 2);
  EXPECT_THAT(losses.err, HasSubstr("the target of arm-tukey was fixed for data whose plateau is a loss of "));
  dir.write(race + "targets.json", fixed);
  const ProcessResult data = run_reproduce("race", with(good, {{"arm-samples", "300"}}));
  EXPECT_EQ(data.status, 2);
  EXPECT_THAT(data.err, HasSubstr("that data was made by"));
}

TEST(RaceTool, AdamThatStaysOnThePlateauIsNoTarget) {
  const TempDir dir;
  Command command = reproduce_command("race", with(race_options(dir), {{"contestants", "default"}}));
  command.insert(command.begin(), {"/usr/bin/env", "CURVEGRAPH_STAND_IN_LEVEL=9"});
  const ProcessResult result = run_process(command);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, HasSubstr("arm-tukey: the least loss of Adam in 30 epochs is 9.00"));
  EXPECT_THAT(result.err, HasSubstr("expected one below the plateau, 1."));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / race / "targets.json"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
