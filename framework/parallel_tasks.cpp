#include "framework/parallel_tasks.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void run_tasks(int count, const std::function<void(int)>& task, const std::function<void(int)>& on_progress) {
  std::atomic<int> next = 0;
  std::atomic<int> ended = 0;
  std::atomic<bool> stopped = false;
  std::mutex mutex;  // guards the two below
  int failed = count;
  std::exception_ptr failure;

  // Numbers are taken in order, so every task before a failing one has been started, and its failure is seen too.
  const auto run_next = [&] {
    const int number = stopped ? count : next++;
    if (number >= count) return false;
    try {
      task(number);
      ++ended;
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (number < failed) {
        failed = number;
        failure = std::current_exception();
      }
      stopped = true;
    }
    return true;
  };

  std::vector<std::jthread> helpers;
  try {
    for (int i = 1; i < std::min(threads(), count); ++i) {
      helpers.emplace_back([&] {
        while (run_next()) continue;
      });
    }
    while (run_next()) {
      if (on_progress && !stopped) on_progress(ended);
    }
  } catch (...) {
    stopped = true;  // the helpers are joined on the way out
    throw;
  }
  helpers.clear();
  if (failure) std::rethrow_exception(failure);
  if (on_progress) on_progress(count);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
