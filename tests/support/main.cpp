#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "framework/device.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// Why no test can run here; empty where they can.
std::string missing() {
  try {
    require_device();
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION

// The status that Meson reports as skipped, where there is no device to test on.
int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  testing::InitGoogleTest(&argc, argv);
  if (const std::string why = curvegraph::missing(); !why.empty()) {
    fmt::print("all tests skipped: {}\n", why);
    return kSkipped;
  }
  return RUN_ALL_TESTS();
}
