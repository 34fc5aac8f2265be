#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "framework/op.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct BenchOptions {
  std::vector<int> layers;
  const Op* activation = nullptr;
  const Op* criterion = nullptr;
  std::vector<OptimizerOptions> optimizers = {};  ///< the optimizer to measure, then those to compare it with
  int batch_size = 0;
  int steps = 0;
  int warm_up = 0;
  std::uint64_t seed = 0;
  int threads = 0;
  std::optional<std::filesystem::path> json = {};
};

/// Returns nothing after printing --help. Throws UsageError, which names the option, the value found and the value
/// expected.
std::optional<BenchOptions> parse_bench_options(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
