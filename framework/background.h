#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A thread that works beside the caller's, one piece of work at a time. It starts with the first piece; the destructor
/// lets the last one end.
class Background {
 public:
  Background() = default;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  Background(Background&&) = delete;
  Background& operator=(Background&&) = delete;
  ~Background();

  /// Has `work` done, once what was started before has ended. A `work` that captures two pointers or less is started
  /// without allocating.
  void start(std::function<void()> work);

  /// Returns once everything started has ended. Throws what it threw, once.
  void wait();

 private:
  void run();

  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  std::function<void()> work_;  // empty: none to do, nor under way
  std::exception_ptr failure_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
