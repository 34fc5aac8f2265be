#include "tests/cuda_reference/reference.h"

#include <fmt/core.h>

namespace cuda_reference {

Counts& counts() {
  static Counts counts;
  return counts;
}

int& device_count() {
  static int count = 1;
  return count;
}

std::string& last_refusal() {
  static std::string refusal;
  return refusal;
}

void record_refusal(std::string_view call, std::string_view why) {
  last_refusal() = fmt::format("{}: {}", call, why);
  fmt::print(stderr, "CUDA reference: {}\n", last_refusal());
}

}  // namespace cuda_reference
