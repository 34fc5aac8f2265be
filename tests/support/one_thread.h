#pragma once

#include <gtest/gtest.h>

#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Tests of very many small matrices, which more than one thread would only slow down.
class OneThread : public testing::Test {
 protected:
  void SetUp() override { set_threads(1); }
  void TearDown() override { set_threads(before_); }

 private:
  int before_ = threads();
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
