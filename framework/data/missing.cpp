#include "framework/data/missing.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::array<std::string_view, 3> kMissingNames = {"refuse", "drop", "mean"};

}  // namespace

Missing missing_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(kMissingNames, name);
  if (found != kMissingNames.end()) return static_cast<Missing>(found - kMissingNames.begin());
  throw UsageError(fmt::format("found '{}', expected refuse, drop or mean", name));
}

std::string_view name(Missing missing) { return kMissingNames.at(static_cast<std::size_t>(missing)); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
