#include "framework/background.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ThrowsMessage;

TEST(Background, WorksBesideItsCaller) {
  std::atomic<bool> allowed = false;
  std::atomic<bool> done = false;
  std::thread::id worker;
  Background background;
  background.start([&] {
    while (!allowed) std::this_thread::yield();
    worker = std::this_thread::get_id();
    done = true;
  });
  EXPECT_FALSE(done);  // start() has returned all the same
  allowed = true;
  background.wait();
  EXPECT_TRUE(done);
  EXPECT_NE(worker, std::this_thread::get_id());
}

TEST(Background, DoesOnePieceAfterTheOther) {
  std::vector<int> order;
  std::atomic<int> at_once = 0;
  Background background;
  for (int i = 0; i < 100; ++i) {
    background.start([&, i] {
      EXPECT_EQ(++at_once, 1);
      order.push_back(i);
      --at_once;
    });
  }
  background.wait();
  std::vector<int> expected;
  for (int i = 0; i < 100; ++i) expected.push_back(i);
  EXPECT_EQ(order, expected);
  background.wait();  // for nothing
}

TEST(Background, ThrowsWhatTheWorkThrewOnce) {
  int done = 0;
  Background background;
  background.start([] { throw std::runtime_error("first"); });
  EXPECT_THAT([&] { background.wait(); }, ThrowsMessage<std::runtime_error>("first"));
  background.wait();
  background.start([] { throw std::runtime_error("second"); });
  EXPECT_THAT([&] { background.start([&] { ++done; }); }, ThrowsMessage<std::runtime_error>("second"));
  background.start([&] { ++done; });
  background.wait();
  EXPECT_EQ(done, 1);
}

TEST(Background, LetsTheLastPieceEnd) {
  std::atomic<bool> done = false;
  {
    Background background;
    background.start([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      done = true;
    });
  }
  EXPECT_TRUE(done);
  { const Background idle; }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
