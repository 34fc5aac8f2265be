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
  std::optional<CheckedModel> model;  ///< nothing: check every registered op
  std::uint64_t seed = 0;
};

/// Returns nothing after printing --help. Throws UsageError, which names the option, the value found and the value
/// expected.
std::optional<CheckOptions> parse_check_options(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
