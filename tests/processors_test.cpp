#include "framework/processors.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include "tests/support/run_process.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(Processors, OfAQuotaOfVersion2) {
  struct Case {
    std::string max;
    std::string of_parent;
    int expected;
  };
  for (const Case& one : std::vector<Case>{{"150000 100000\n", "max 100000\n", 2},
                                           {"max 100000\n", "max 100000\n", 0},
                                           {"max 100000\n", "300000 100000\n", 3},
                                           {"50000 100000\n", "400000 100000\n", 1},
                                           {"rubbish\n", "\n", 0}}) {
    const TempDir root;
    root.write("proc/self/cgroup", "0::/user/job\n");
    root.write("sys/fs/cgroup/user/job/cpu.max", one.max);
    root.write("sys/fs/cgroup/user/cpu.max", one.of_parent);
    EXPECT_EQ(processors_of_quota(root.path()), one.expected) << one.max;
  }
}

TEST(Processors, OfAQuotaOfVersion1) {
  for (const std::string mount : {"cpu,cpuacct", "cpu"}) {
    const TempDir root;
    root.write("proc/self/cgroup", "5:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n1:name=systemd:/x\n");
    root.write("sys/fs/cgroup/" + mount + "/docker/a/cpu.cfs_quota_us", "250000\n");
    root.write("sys/fs/cgroup/" + mount + "/docker/a/cpu.cfs_period_us", "100000\n");
    root.write("sys/fs/cgroup/" + mount + "/docker/cpu.cfs_quota_us", "-1\n");
    root.write("sys/fs/cgroup/" + mount + "/docker/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(processors_of_quota(root.path()), 3) << mount;
  }
  const TempDir none;
  EXPECT_EQ(processors_of_quota(none.path()), 0);
}

TEST(Processors, AreBusyByWhatTheSystemCounts) {
  const std::string stat =
      "cpu  1000 1000 1000 1000 1000 1000 1000 1000 0 0\n"
      "cpu0 1 2 4 1000 2000 8 16 32 64 128\n"
      "cpu1 100 0 0 1000 0 0 0 0 0 0\n"
      "cpu12 200 0 0 1000 0 0 0 0 0 0\n"
      "intr 7 7 7\n";
  EXPECT_EQ(busy_seconds(stat, std::array{0}, 100), 0.63);
  EXPECT_EQ(busy_seconds(stat, std::array{1, 12}, 100), 3);
  EXPECT_EQ(busy_seconds("", std::array{0}, 100), 0);
}

TEST(Processors, AreSharedBesideBusyProcesses) {
  unsetenv("OMP_WAIT_POLICY");  // with which nothing is watched
  unsetenv("GOMP_SPINCOUNT");
  const int processors = omp_get_num_procs();
  watch_processors(processors + 1);
  std::vector<std::unique_ptr<Process>> busy;
  for (int i = 0; i < processors; ++i) {
    busy.push_back(std::make_unique<Process>(Command{"/bin/sh", "-c", "while :; do :; done"}));
  }
  while (!processors_are_shared()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
