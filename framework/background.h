#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A thread that works beside the caller's, on one piece of work at a time. It starts with the first piece. The
/// destructor waits for the last piece to end.
class Background {
 public:
  Background() = default;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  Background(Background&&) = delete;
  Background& operator=(Background&&) = delete;
  ~Background();

  /// Waits for the previous work to end, then starts `work`. Starting a `work` that captures two pointers or less does
  /// not allocate.
  void start(std::function<void()> work);

  /// Waits for the started work to end. Throws what the work threw, once.
  void wait();

 private:
  void run();

  std::mutex mutex_;  // guards all members below
  std::condition_variable changed_;
  std::function<void()> work_;  // empty: no work is pending or under way
  std::exception_ptr failure_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
