#include "framework/data/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ThrowsMessage;

TEST(Task, HasNames) {
  for (const Task task : {Task::Classification, Task::Regression, Task::Autoencoder}) {
    EXPECT_EQ(task_from_name(name(task)), task);
  }
  EXPECT_EQ(name(Task::Classification), "classification");
  EXPECT_EQ(name(Task::Autoencoder), "autoencoder");
  EXPECT_THAT(
      [] { task_from_name("Regression"); },
      ThrowsMessage<UsageError>(R"(unknown task "Regression", expected classification, regression or autoencoder)"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
