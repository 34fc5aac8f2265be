#include "framework/device.h"

#include <array>
#include <utility>

#include <gtest/gtest.h>

#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(DeviceMemory, HoldsWhatIsCopiedThereAndBack) {
  const std::array<int, 3> host{1, 2, 3};
  DeviceMemory memory(sizeof(host));
  EXPECT_EQ(memory.size(), sizeof(host));
  copy_bytes_to_device(host.data(), memory.data(), sizeof(host));
  std::array<int, 3> back{};
  copy_bytes_to_host(memory.data(), back.data(), sizeof(back));
  EXPECT_EQ(back, host);

  const void* const data = memory.data();
  const DeviceMemory moved = std::move(memory);
  EXPECT_EQ(moved.data(), data);
}

TEST(DeviceMemory, IsNoneOfNoBytes) {
  EXPECT_EQ(DeviceMemory().data(), nullptr);
  EXPECT_EQ(DeviceMemory(0).data(), nullptr);
}

TEST(Signal, IsWhatWasWrittenThere) {
  Signal signal;
  EXPECT_FALSE(signal.is_set());
  *signal.on_device() = 1;
  EXPECT_TRUE(signal.is_set());
  signal.clear();
  EXPECT_FALSE(signal.is_set());
}

TEST(Workspace, HasOneSignal) {
  Workspace workspace;
  *workspace.signal().on_device() = 1;
  EXPECT_TRUE(workspace.signal().is_set());
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
