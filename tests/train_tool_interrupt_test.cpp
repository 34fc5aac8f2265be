#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/train_tool.h"
#include "tools/command_line/interrupts.h"

/// Ctrl-C, SIGTERM, and two programs in one folder.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::KilledBySignal;

std::string path_in(const TempDir& dir, const char* name) { return (dir.path() / name).string(); }

/// Runs the program until `file` is there, and sends the signal.
ProcessResult interrupt(const Command& command, const std::filesystem::path& file, int signal) {
  Process process(command);
  while (process.running() && !std::filesystem::exists(file)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  process.send(signal);
  return process.wait();
}

TEST(Interrupts, NotesTheFirstSignalAndDiesOfTheSecond) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const Interrupts interrupts;
  EXPECT_EQ(Interrupts::signal(), 0);
  std::raise(SIGTERM);
  EXPECT_EQ(Interrupts::signal(), SIGTERM);
  EXPECT_EQ(Interrupts::exit_status(), 143);
  EXPECT_EXIT(std::raise(SIGINT), KilledBySignal(SIGINT), "");
}

TEST(Interrupts, LeaveIgnoredSignalsIgnored) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        std::signal(SIGHUP, SIG_IGN);  // as nohup does
        const Interrupts interrupts;
        std::raise(SIGHUP);
        std::raise(SIGHUP);
        std::_Exit(Interrupts::signal());
      },
      testing::ExitedWithCode(0), "");
}

TEST(TrainToolInterrupt, SavesTheStepAndContinuesBitForBit) {
  for (const Options& optimizer : {Options{}, Options{{"optimizer", "adam"}}, Options{{"validation", "0.2"}}}) {
    SCOPED_TRACE(testing::PrintToString(optimizer));
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(with(fashion_mnist_options(dir), optimizer), {{"batch-size", "2"}});
    const Options endless = with(options, {{"epochs", "1000000"}});
    ProcessResult ended = interrupt(train_command(endless), dir.path() / "out/metrics.csv", SIGINT);
    ASSERT_EQ(ended.status, 130) << ended.err;
    EXPECT_THAT(ended.err, IsEmpty());
    EXPECT_THAT(ended.out, HasSubstr("to continue: train --resume " + path_in(dir, "out") + "\n"));
    // Most signals come within an epoch.
    while (ended.out.find(" steps; to continue") == std::string::npos) {
      std::filesystem::remove(dir.path() / "out/metrics.csv");  // written again when the run has resumed
      ended = interrupt(train_command({{"resume", path_in(dir, "out")}}), dir.path() / "out/metrics.csv", SIGTERM);
      ASSERT_EQ(ended.status, 143) << ended.err;
    }
    const std::size_t done = lines(dir.read("out/metrics.csv")).size() - 1;
    const std::string epochs = std::to_string(done + 2);
    const ProcessResult resumed = run_train({{"resume", path_in(dir, "out")}, {"epochs", epochs}});
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_THAT(resumed.out, HasSubstr(" steps\n"));
    ASSERT_EQ(run_train(with(options, {{"output", path_in(dir, "whole")}, {"epochs", epochs}})).status, 0);
    EXPECT_EQ(without_seconds(dir.read("out/metrics.csv")), without_seconds(dir.read("whole/metrics.csv")));
    for (const char* file : {"model.safetensors", "best.safetensors"}) {
      if (!std::filesystem::exists(dir.path() / "whole" / file)) continue;
      EXPECT_EQ(dir.read(std::string("out/") + file), dir.read(std::string("whole/") + file));
    }
  }
}

TEST(TrainToolInterrupt, ContinuesASearch) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options options = with(fashion_mnist_options(dir), {{"optimizer", "sgd"}, {"find-settings", "0.05"}});
  const ProcessResult ended = interrupt(train_command(options), dir.path() / "out/trials/2.safetensors", SIGINT);
  ASSERT_EQ(ended.status, 130) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("interrupted; the same command continues the search\n"));
  const ProcessResult other = run_train(with(options, {{"seed", "99"}}));
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("that run has seed "));
  const ProcessResult continued = run_train(options);
  ASSERT_EQ(continued.status, 0) << continued.err;
  EXPECT_THAT(continued.out, HasSubstr("continuing after "));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "out/settings.cfg"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "out/trials"));
}

TEST(TrainToolInterrupt, RefusesAFolderThatAnotherProgramWritesTo) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options endless = with(fashion_mnist_options(dir), {{"epochs", "1000000"}});
  Process first(train_command(endless));
  while (first.running() && !std::filesystem::exists(dir.path() / "out/checkpoint.safetensors")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const std::string refused = "--output " + path_in(dir, "out") + ": another process is writing there";
  for (const Options& options :
       {endless, Options{{"resume", path_in(dir, "out")}}, with(endless, {{"find-settings", "0.1"}})}) {
    const ProcessResult second = run_train(options);
    EXPECT_EQ(second.status, 1);
    EXPECT_THAT(second.err, HasSubstr(refused));
  }
  first.kill();
  first.wait();
  EXPECT_EQ(run_train({{"resume", path_in(dir, "out")}, {"epochs", "1"}}).status, 0) << "the lock has ended with it";
}

TEST(TrainToolInterrupt, LeavesNoEmptyFolder) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options options = with(fashion_mnist_options(dir), {{"output", path_in(dir, "new/out")}});
  EXPECT_NE(run_train(with(options, {{"batch-size", "251"}})).status, 0);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "new"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
