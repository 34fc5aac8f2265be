#include "framework/data/target_normalization.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/core.h>

#include "framework/data/standardize.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::array<std::pair<std::string_view, NormalizeTargets>, 3> kTargetNormalizeNames = {{
    {"standard", NormalizeTargets::Standard},
    {"robust", NormalizeTargets::Robust},
    {"none", NormalizeTargets::None},
}};

}  // namespace

NormalizeTargets normalize_targets_from_name(std::string_view name) {
  for (const auto& [known, kind] : kTargetNormalizeNames) {
    if (known == name) return kind;
  }
  throw UsageError(fmt::format("unknown normalization of targets \"{}\", expected standard, robust or none", name));
}

std::string_view name(NormalizeTargets kind) {
  return std::ranges::find(kTargetNormalizeNames, kind, &std::pair<std::string_view, NormalizeTargets>::second)->first;
}

Normalization fit_targets(const Dataset& train, NormalizeTargets kind) {
  if (kind == NormalizeTargets::None) return {};
  const std::span<const real> numbers = train.task == Task::Autoencoder ? train.numbers : train.targets;
  if (train.task == Task::Classification || numbers.empty()) {
    throw UsageError(
        fmt::format("{}: has no numbers as targets to fit the normalization {} to", train.name, name(kind)));
  }
  return kind == NormalizeTargets::Robust ? standardize_robustly(numbers, train.outputs())
                                          : standardize(numbers, train.outputs());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
