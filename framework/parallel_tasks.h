#pragma once

#include <functional>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Runs task(0) to task(count - 1), each once, on threads() threads, the caller's among them. This is for work on the
/// host that is no kernel, such as decoding files. Tasks start in ascending order and end in any order.
///
/// Calls on_progress(number of tasks that have ended) on the caller's thread only: after each task that ran there, from
/// 1, and at last with `count`.
///
/// When a task throws, no more tasks start. After the running tasks have ended, the exception of the first failed task,
/// in order of number, is thrown. It is the same one, whatever the threads do.
void run_tasks(int count, const std::function<void(int)>& task, const std::function<void(int)>& on_progress = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
