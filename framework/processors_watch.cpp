#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <omp.h>
#include <sched.h>
#include <unistd.h>

#include "framework/processors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::vector<int> allowed_processors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return processors;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &mask)) processors.push_back(i);
  }
  return processors;
}

/// Sleeps, unless it is asked to stop.
void wait(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

/// Idle OpenMP threads, `count` or a few more.
class IdleThreads {
 public:
  explicit IdleThreads(int count) : thread_([count](const std::stop_token& stop) { run(count, stop); }) {}

 private:
  static void run(int count, const std::stop_token& stop) {
    // The threads of this team belong to this thread, and end with it. The compiler leaves an empty team out.
    std::atomic<int> started = 0;
#pragma omp parallel num_threads(count + 1)
    ++started;
    while (!stop.stop_requested()) wait(stop, std::chrono::hours(1));
  }

  std::jthread thread_;
};

class ProcessorWatch {
 public:
  ProcessorWatch() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void set_threads(int threads) { threads_ = threads; }
  [[nodiscard]] bool shared() const { return shared_; }

 private:
  /// Seconds of all processes and of this one.
  struct Times {
    std::chrono::steady_clock::time_point when;
    double all = 0;
    double own = 0;
  };

  [[nodiscard]] Times times() const {
    std::ifstream file("/proc/stat");
    const std::string stat{std::istreambuf_iterator<char>(file), {}};
    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    return {.when = std::chrono::steady_clock::now(),
            .all = busy_seconds(stat, processors_, ticks_),
            .own = static_cast<double>(own.tv_sec) + 1e-9 * static_cast<double>(own.tv_nsec)};
  }

  void run(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kInterval(100);
    // /proc/stat counts in ticks of 10 ms.
    constexpr double kNoise = 0.25;
    std::optional<IdleThreads> idle;
    for (Times before = times(); !stop.stop_requested();) {
      wait(stop, kInterval);
      const Times now = times();
      const double seconds = std::chrono::duration<double>(now.when - before.when).count();
      const double others = (now.all - before.all - (now.own - before.own)) / seconds;
      before = now;
      const int processors = static_cast<int>(processors_.size());
      shared_ = threads_ > 1 && others > kNoise && threads_ + others > processors + kNoise;
      if (!shared_) {
        idle.reset();
      } else if (!idle) {
        idle.emplace(std::max(1, processors - threads_ + 1));
      }
    }
  }

  std::vector<int> processors_ = allowed_processors();
  double ticks_ = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::atomic<int> threads_ = 1;
  std::atomic<bool> shared_ = false;
  std::jthread thread_;  // the last member: it uses the others
};

/// Only of a process whose user has not decided how threads wait.
ProcessorWatch* processor_watch() {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return nullptr;
  static ProcessorWatch watch;
  return &watch;
}

}  // namespace

void watch_processors(int threads) {
  if (ProcessorWatch* const watch = processor_watch()) watch->set_threads(threads);
}

bool processors_are_shared() {
  const ProcessorWatch* const watch = processor_watch();
  return watch != nullptr && watch->shared();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
