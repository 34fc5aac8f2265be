#include "framework/staging.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "framework/device.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

std::vector<std::uint8_t> read(const std::uint8_t* device, std::size_t bytes) {
  std::vector<std::uint8_t> read(bytes);
  copy_bytes_to_host(device, read.data(), bytes);
  return read;
}

TEST(Staging, BringsWhatWasWrittenRoundAfterRound) {
  Staging staging;
  for (const std::size_t bytes : {3U, 3U, 1000U, 7U}) {
    const auto host = staging.host(bytes);
    ASSERT_EQ(host.size(), bytes);
    std::vector<std::uint8_t> expected(bytes);
    for (std::size_t i = 0; i < bytes; ++i) expected[i] = static_cast<std::uint8_t>(i * bytes + 1);
    std::ranges::copy(expected, host.begin());
    staging.send();
    EXPECT_EQ(read(staging.on_device(), bytes), expected);
    staging.release();
  }
}

TEST(Staging, ReplacesWhatWasSentAndNeverUsed) {
  Staging staging;
  for (const std::uint8_t value : {std::uint8_t{1}, std::uint8_t{2}}) {
    std::ranges::fill(staging.host(2), value);
    staging.send();
  }
  EXPECT_EQ(read(staging.on_device(), 2), (std::vector<std::uint8_t>{2, 2}));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
