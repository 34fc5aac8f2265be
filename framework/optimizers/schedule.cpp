#include "framework/optimizers/schedule.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Kind = LearningRateSchedule::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 3> kNames{
    {{Kind::Constant, "constant"}, {Kind::Linear, "linear"}, {Kind::Cosine, "cosine"}}};

}  // namespace

double LearningRateSchedule::factor(std::int64_t step) const {
  if (step < warm_up) return static_cast<double>(step + 1) / static_cast<double>(warm_up);
  if (kind == Kind::Constant) return 1;
  const double passed = static_cast<double>(step - warm_up) / static_cast<double>(steps - warm_up);
  const double p = std::min(passed, 1.0);
  return kind == Kind::Linear ? 1 - p : (1 + std::cos(std::numbers::pi * p)) / 2;
}

void LearningRateSchedule::require_valid(std::string_view user) const {
  if (warm_up < 0) throw UsageError(fmt::format("{}: {} steps of warm-up, expected at least 0", user, warm_up));
  if (kind != Kind::Constant && steps <= warm_up) {
    throw UsageError(fmt::format("{}: a {} schedule over {} steps, expected more than the {} of its warm-up", user,
                                 name(kind), steps, warm_up));
  }
}

Kind schedule_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &std::pair<Kind, std::string_view>::second);
  if (found != kNames.end()) return found->first;
  throw UsageError(fmt::format("unknown schedule '{}', expected constant, linear or cosine", name));
}

std::string_view name(Kind kind) { return kNames.at(static_cast<std::size_t>(kind)).second; }

std::string describe(const LearningRateSchedule& schedule) {
  if (schedule.warm_up == 0) return std::string(name(schedule.kind));
  return fmt::format("{}, {} steps of warm-up", name(schedule.kind), schedule.warm_up);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
