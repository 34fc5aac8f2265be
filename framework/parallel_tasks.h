#pragma once

#include <functional>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Runs task(0) to task(count - 1), each once, on as many threads as threads() says, the caller's among them: for work
/// on the host that is no kernel, such as decoding files. They start in ascending order and end in any.
///
/// on_progress(tasks ended so far) is called on the caller's thread only, after each task that ran there, from 1, and
/// at last with `count`.
///
/// When a task throws, no more are started, and once those under way have ended the exception of the first in order is
/// thrown: the same one whatever the threads do.
void run_tasks(int count, const std::function<void(int)>& task, const std::function<void(int)>& on_progress = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
