#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "framework/real.h"

/// The processors that this process may use, and who else uses them.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The number of threads that a program should use by default: OMP_NUM_THREADS if it is set; else the processors of the
/// process's affinity mask, but no more than its control groups grant it time on (versions 1 and 2).
int default_threads();

/// Processors' worth of time that the control groups of a process grant, rounded up; 0 if they set no limit. `root`:
/// the folder that stands for /, in which proc/self/cgroup and sys/fs/cgroup are looked for.
int processors_of_quota(const std::filesystem::path& root = "/");

/// Seconds that these processors have been busy since the system started, from the text of /proc/stat. Time that a
/// virtual machine's host took counts as busy.
double busy_seconds(std::string_view stat, std::span<const int> processors, double ticks_per_second);

/// Watches from a thread of its own, until the process ends, whether other programs need the same processors.
///
/// OpenMP threads spin while they wait for each other. That is fast if each has a processor, and very slow if it has
/// not: a thread then spins while the one that it waits for has no processor to run on. GNU's OpenMP sleeps instead
/// after a moment if there are more OpenMP threads than processors (GOMP_SPINCOUNT in its manual). So while processors
/// are shared, this creates idle threads that make it so. Which thread computes what does not change, nor does any bit.
/// Does nothing if OMP_WAIT_POLICY or GOMP_SPINCOUNT is set.
///
/// `threads`: those that compute. A later call changes the number.
void watch_processors(int threads);

/// Whether processors are shared at present, as far as watch_processors() knows.
bool processors_are_shared();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
