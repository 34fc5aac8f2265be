#include "framework/data/task.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::array<std::string_view, 3> kTaskNames = {"classification", "regression", "autoencoder"};

}  // namespace

Task task_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(kTaskNames, name);
  if (found != kTaskNames.end()) return static_cast<Task>(found - kTaskNames.begin());
  throw UsageError(fmt::format("unknown task \"{}\", expected classification, regression or autoencoder", name));
}

std::string_view name(Task task) { return kTaskNames.at(static_cast<std::size_t>(task)); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
