#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "framework/op.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A network to check.
struct CheckedModel {
  std::vector<int> layers;
  const Op* activation = nullptr;
  const Op* criterion = nullptr;
  int batch_size = 0;
};

struct CheckOptions {
  std::optional<CheckedModel> model;  ///< nothing: every op that is registered
  std::uint64_t seed = 0;
};

/// Nothing when --help was asked for and printed. Throws UsageError naming the option, what was found and what was
/// expected.
std::optional<CheckOptions> parse_check_options(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
