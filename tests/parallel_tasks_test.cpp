#include "framework/parallel_tasks.h"

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ThrowsMessage;

void sleep_ms(int time) { std::this_thread::sleep_for(std::chrono::milliseconds(time)); }

/// Leaves the number of threads as it was.
class Tasks : public testing::Test {
 protected:
  ~Tasks() override { set_threads(before_); }

 private:
  int before_ = threads();
};

TEST_F(Tasks, RunOnceEach) {
  for (const int count : {0, 1, 2, 1000}) {
    for (const int number : {1, 2, 5}) {
      set_threads(number);
      std::vector<int> runs(static_cast<std::size_t>(count));
      run_tasks(count, [&](int i) { ++runs[static_cast<std::size_t>(i)]; });
      EXPECT_THAT(runs, Each(1)) << count << " on " << number;
    }
  }
}

TEST_F(Tasks, RunBesideEachOther) {
  set_threads(3);
  std::atomic<int> running = 0;
  // Each waits until all three run, which would take for ever on fewer threads.
  run_tasks(3, [&](int) {
    ++running;
    for (int i = 0; running < 3 && i < 5000; ++i) sleep_ms(1);
    EXPECT_EQ(running, 3);
  });
}

TEST_F(Tasks, ReportProgressOnTheCallersThread) {
  for (const int number : {1, 4}) {
    set_threads(number);
    std::vector<int> reports;
    std::set<std::thread::id> reporters;
    run_tasks(
        20, [](int) { sleep_ms(1); },
        [&](int done) {
          reports.push_back(done);
          reporters.insert(std::this_thread::get_id());
        });
    EXPECT_THAT(reporters, ElementsAre(std::this_thread::get_id()));
    EXPECT_TRUE(std::ranges::is_sorted(reports));
    ASSERT_FALSE(reports.empty());
    EXPECT_GE(reports.front(), 1);
    EXPECT_EQ(reports.back(), 20);
  }
}

TEST_F(Tasks, ThrowWhatTheFirstInOrderThrows) {
  for (const int number : {1, 2, 4}) {
    set_threads(number);
    std::atomic<int> started = 0;
    const auto task = [&](int i) {
      ++started;
      if (i < 10) return;
      if (i == 10) sleep_ms(20);  // it fails after those behind it
      throw std::runtime_error("task " + std::to_string(i));
    };
    EXPECT_THAT([&] { run_tasks(1000, task); }, ThrowsMessage<std::runtime_error>("task 10"));
    EXPECT_LE(started, 10 + number);
  }
}

TEST_F(Tasks, StopWhenProgressThrows) {
  set_threads(2);
  std::atomic<int> started = 0;
  const auto task = [&](int) {
    ++started;
    sleep_ms(1);
  };
  EXPECT_THAT([&] { run_tasks(1000, task, [](int) { throw std::runtime_error("enough"); }); },
              ThrowsMessage<std::runtime_error>("enough"));
  EXPECT_LT(started, 1000);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
