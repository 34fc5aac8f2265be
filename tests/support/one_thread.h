#pragma once

#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// One thread as long as this lives: for tests of many small matrices, which two threads would only slow down.
class OneThread {
 public:
  OneThread() { set_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { set_threads(before_); }

 private:
  int before_ = threads();
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
