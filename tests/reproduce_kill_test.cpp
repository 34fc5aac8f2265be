#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/device.h"
#include "framework/error.h"
#include "tests/support/reproduce_tool.h"

/// Whatever a kill leaves behind, the same command given again ends in the files of one that was never killed.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string environment_of(const char* variable) {
  const char* const value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

/// `command` with kill_at_write.cpp before it: `program`, which may be what the command starts, dies at a write.
Command killed_at(const Command& command, const std::string& program, int write) {
  const std::string library = environment_of("CURVEGRAPH_KILL_AT_WRITE");
  if (library.empty()) throw Error("CURVEGRAPH_KILL_AT_WRITE: not set, expected the path of tests/kill-at-write.so");
  Command killed{"/usr/bin/env", "LD_PRELOAD=" + library, fmt::format("CURVEGRAPH_KILL={}:{}", program, write),
                 // Sanitizers want to be the first library.
                 "ASAN_OPTIONS=" + environment_of("ASAN_OPTIONS") + ":verify_asan_link_order=0"};
  killed.insert(killed.end(), command.begin(), command.end());
  return killed;
}

void drop_wall_seconds(json& value) {
  if (value.is_object()) value.erase("wall_seconds");
  if (value.is_structured()) {
    for (json& each : value) drop_wall_seconds(each);
  }
}

/// Of a safetensors file: the header's length in eight bytes, the lowest first, and the header.
std::size_t header_size(const std::string& text) {
  std::size_t size = 0;
  for (std::size_t i = std::min<std::size_t>(8, text.size()); i-- > 0;) {
    size = size << 8U | static_cast<unsigned char>(text[i]);
  }
  return size + 8;
}

/// Without times, and without what says that the run was interrupted.
std::string lasting(const std::string& name, const std::string& text) {
  if (name.ends_with("metrics.csv")) return without_seconds(text);
  if (name.ends_with("cost.csv")) return std::regex_replace(text, std::regex(R"(,[^,\n]*,[^,\n]*\n)"), "\n");
  if (name.starts_with("report.") || name.starts_with("figures/")) return "";  // they show times
  // Its header has the seconds too.
  if (name.ends_with("checkpoint.safetensors")) return text.substr(std::min(text.size(), header_size(text)));
  if (!name.ends_with(".json")) return text;
  json value = json::parse(text);
  drop_wall_seconds(value);
  return std::regex_replace(value.dump(1), std::regex(" --resume [^ \"]*"), "");
}

using Files = std::map<std::string, std::string>;

Files lasting_files(const std::filesystem::path& folder) {
  Files kept;
  for (const auto& [name, text] : files_below(folder)) {
    // A file that was being written, and the stand-in's count of starts.
    if (name.ends_with(".tmp") || name.ends_with("starts.txt")) continue;
    kept[name] = lasting(name, text);
  }
  return kept;
}

/// Names a file that only one of them has, or shows one that they have otherwise; empty where there is none.
std::string first_difference(const Files& found, const Files& expected) {
  for (const auto& [name, text] : expected) {
    if (!found.contains(name)) return name + ": missing";
    if (found.at(name) != text) return name + ": found\n" + found.at(name) + "\nexpected\n" + text;
  }
  for (const auto& [name, text] : found) {
    if (!expected.contains(name)) return name + ": too much";
  }
  return "";
}

/// Kills `program` at its first write, in another try at its second, and so on until there are no more.
void expect_mended(const TempDir& dir, const std::string& experiment, const Options& options,
                   const std::string& program, int least_writes) {
  const std::filesystem::path output = dir.path() / "out";
  const std::filesystem::path folder = output / experiment;
  const Command command = reproduce_command(experiment, options);
  std::filesystem::remove_all(output);
  const ProcessResult whole = run_process(command);
  ASSERT_EQ(whole.status, 0) << whole.err;
  const auto expected = lasting_files(folder);

  int write = 1;
  for (;; ++write) {
    std::filesystem::remove_all(output);
    const ProcessResult killed = run_process(killed_at(command, program, write));
    if (killed.signal == 0 && killed.status == 0) break;
    if (program == "reproduce") {
      ASSERT_EQ(killed.signal, SIGKILL) << killed.err;
    } else {
      ASSERT_THAT(killed.err, HasSubstr("ended by signal 9"));
    }
    const ProcessResult again = run_process(command);
    ASSERT_EQ(again.status, 0) << program << " killed at write " << write << ": " << again.err;
    const std::string difference = first_difference(lasting_files(folder), expected);
    ASSERT_EQ(difference, "") << program << " killed at write " << write;
  }
  EXPECT_GT(write, least_writes);
}

/// A search in two rungs, and a run.
Options training_options(const TempDir& dir) {
  return with(reproduce_options(dir), {{"methods", "fisher+kfi"}, {"search", "4"}, {"epochs", "4"}});
}

TEST(ReproduceKill, SearchAndRunsAreMended) {
  const TempDir dir;
  write_image_folder(dir, "data");
  expect_mended(dir, "cifar10-convex", training_options(dir), "reproduce", 30);
}

TEST(ReproduceKill, TrainingThatIsKilledIsMended) {
  const TempDir dir;
  write_image_folder(dir, "data");
  // Epochs this short are saved when the first and when the last is done.
  expect_mended(dir, "cifar10-convex", training_options(dir), "train", 7);
}

/// The kill comes after the checkpoints are removed; what goes on from them is then made anew.
TEST(ReproduceKill, ASearchWithoutItsCheckpointsGetsMoreEpochs) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options = training_options(dir);
  ASSERT_EQ(run_reproduce("cifar10-convex", options).status, 0);
  std::filesystem::remove(dir.path() / "out/cifar10-convex/settings.json");
  std::filesystem::remove_all(dir.path() / "out/cifar10-convex/runs");
  const Options longer = with(options, {{"epochs", "8"}});
  const ProcessResult again = run_reproduce("cifar10-convex", longer);
  ASSERT_EQ(again.status, 0) << again.err;
  const auto found = dir.read("out/cifar10-convex/search.json");
  std::filesystem::remove_all(dir.path() / "out");
  ASSERT_EQ(run_reproduce("cifar10-convex", longer).status, 0);
  EXPECT_EQ(found, dir.read("out/cifar10-convex/search.json"));
}

TEST(ReproduceKill, ALongerRunIsUnfinishedUntilItEnds) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options options = with(reproduce_options(dir), {{"methods", "sgd"}});
  ASSERT_EQ(run_reproduce("cifar10-convex", options).status, 0);
  const Command longer = reproduce_command("cifar10-convex", with(options, {{"epochs", "5"}}));
  ASSERT_THAT(run_process(killed_at(longer, "train", 1)).err, HasSubstr("ended by signal 9"));
  const std::string record = "out/cifar10-convex/runs/sgd/seed-1/run.json";
  EXPECT_EQ(json::parse(dir.read(record)).at("outcome"), "unfinished");
  ASSERT_EQ(run_process(longer).status, 0);
  EXPECT_EQ(json::parse(dir.read(record)).at("outcome"), "finished");
}

TEST(ReproduceKill, ARaceIsMended) {
  const TempDir dir;
  const std::string stand_in = environment_of("CURVEGRAPH_TRAIN_STAND_IN");
  const Options options{{"tasks", "arm-tukey"},
                        {"contestants", "adam"},
                        {"arm-samples", "40"},
                        {"train", stand_in},
                        {"trials", "2"},
                        {"trial-seconds", "1000"},
                        {"target-epochs", "10"},
                        {"seeds", "1"},
                        {"limit", "1000"},
                        {"epochs", "2"},  // ends runs: what a program does before it is stopped is not always the same
                        {"threads", "1"},
                        {"output", (dir.path() / "out").string()}};
  expect_mended(dir, "race", options, "reproduce", 35);
}

TEST(ReproduceKill, HessianErrorsAreMended) {
  const TempDir dir;
  write_image_folder(dir, "data");
  Options options = with(reproduce_options(dir),
                         {{"cases", "cifar10-convex"}, {"updates", "5"}, {"every", "2"}, {"batch-size", "20"}});
  options.erase("epochs");
  expect_mended(dir, "hessian-errors", options, "reproduce", 12);
}

TEST(ReproduceKill, CostsAreMended) {
  if (!device_is_host()) GTEST_SKIP() << "not on a GPU";
  const TempDir dir;
  const Options options{{"widths", "8,16"},   {"batches", "8"}, {"hidden", "2"},
                        {"repetitions", "1"}, {"threads", "1"}, {"output", (dir.path() / "out").string()}};
  expect_mended(dir, "cost", options, "reproduce", 5);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
