#include "second_order/damping.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array<std::pair<std::string_view, DampingKind>, 3> kKinds{{
    {"fixed", DampingKind::Fixed},
    {"relative", DampingKind::Relative},
    {"adaptive", DampingKind::Adaptive},
}};

class FixedDamping : public Damping {
 public:
  explicit FixedDamping(double alpha) : alpha_(alpha) {}

  [[nodiscard]] LayerDamping of_layer(double /*output_mean*/, double /*input_mean*/, double /*raise*/) const override {
    return {.share = 1 - alpha_, .weight = alpha_, .bias = alpha_};
  }

 private:
  double alpha_;
};

LayerDamping relative_damping(double rho, double output_mean, double input_mean) {
  const double output = damping_scale(output_mean);
  return {.share = 1, .weight = rho * output * damping_scale(input_mean), .bias = rho * output};
}

class RelativeDamping : public Damping {
 public:
  explicit RelativeDamping(double rho) : rho_(rho) {}

  [[nodiscard]] LayerDamping of_layer(double output_mean, double input_mean, double raise) const override {
    return relative_damping(std::min(raise * rho_, kMost), output_mean, input_mean);
  }
  [[nodiscard]] bool can_raise(double raise) const override { return raise * rho_ < kMost; }

 private:
  double rho_;
};

/// Of `every` steps one is measured. With ω = 0.95 (Martens and Grosse 2015) and the ratio r of actual to predicted
/// decrease
///
///   r > 3/4: ρ ← ω^every ρ,   r < 1/4: ρ ← ρ/ω^every,   rejected: ρ ← ν ρ, ν ← 2ν, from ν = 2 after each acceptance.
///
/// A shortened step never lowers ρ: short steps have good ratios whatever the damping.
class AdaptiveDamping : public Damping {
 public:
  explicit AdaptiveDamping(const DampingOptions& options)
      : every_(options.every), state_(Shape{2, 1}, std::array{static_cast<real>(options.rho), kFirstRaise}) {}

  [[nodiscard]] LayerDamping of_layer(double output_mean, double input_mean, double raise) const override {
    return relative_damping(std::min(raise * rho(), kMost), output_mean, input_mean);
  }
  [[nodiscard]] bool can_raise(double raise) const override { return raise * rho() < kMost; }
  [[nodiscard]] bool measures(std::int64_t step) const override { return step % every_ == 0; }
  void accepted(double ratio, bool shortened) override {
    const double lower = std::pow(kOmega, every_);
    set(ratio < 0.25 ? 1 / lower : ratio > 0.75 && !shortened ? lower : 1, kFirstRaise);
  }
  void rejected() override {
    const real raise = values()[1];
    set(static_cast<double>(raise), 2 * raise);
  }
  std::vector<NamedState> state() override { return {{"damping", state_}}; }

 private:
  static constexpr double kOmega = 0.95;
  static constexpr real kFirstRaise = 2;
  static constexpr double kLeast = 1e-8;

  [[nodiscard]] double rho() const { return static_cast<double>(values()[0]); }
  [[nodiscard]] std::array<real, 2> values() const {
    std::array<real, 2> values{};
    copy_to_host(state_, values);
    return values;
  }
  void set(double factor, real raise) {
    const double rho = std::clamp(factor * static_cast<double>(values()[0]), kLeast, kMost);
    copy_to_device(std::array{static_cast<real>(rho), raise}, state_);
  }

  int every_;
  Tensor state_;  // ρ, ν
};

}  // namespace

double damping_scale(double mean) {
  constexpr double kLeast = 1e-30;
  return std::abs(mean) < kLeast ? 1 : std::abs(mean);
}

SolveSummary FactorDamping::split(double damping, double output_mean, double input_mean, FactorDamping& result) {
  for (const double mean : {output_mean, input_mean}) {
    if (!std::isfinite(mean)) return {.status = SolveStatus::NonFinite, .number = mean};
  }
  if (output_mean < 0) return {.status = SolveStatus::NotPositiveDefinite, .number = output_mean};
  const double pi = std::sqrt(damping_scale(input_mean) / damping_scale(output_mean));
  result.output = static_cast<real>(std::sqrt(damping) / pi);
  result.input = static_cast<real>(std::sqrt(damping) * pi);
  return {};
}

DampingKind damping_kind(std::string_view name) {
  for (const auto& [known, kind] : kKinds) {
    if (known == name) return kind;
  }
  throw UsageError(fmt::format("unknown damping '{}', expected one of fixed, relative, adaptive", name));
}

std::string_view name(DampingKind kind) {
  return std::ranges::find(kKinds, kind, &std::pair<std::string_view, DampingKind>::second)->first;
}

std::unique_ptr<Damping> make_damping(const DampingOptions& options) {
  if (!(options.alpha > 0 && options.alpha <= 1)) {
    throw UsageError(fmt::format("damping: alpha is {}, expected a number in (0, 1]", options.alpha));
  }
  if (!(options.rho > 0 && std::isfinite(options.rho))) {
    throw UsageError(fmt::format("damping: rho is {}, expected a number above 0", options.rho));
  }
  if (options.every < 1) {
    throw UsageError(fmt::format("damping: measured every {} steps, expected at least 1", options.every));
  }
  switch (options.kind) {
    case DampingKind::Fixed:
      return std::make_unique<FixedDamping>(options.alpha);
    case DampingKind::Relative:
      return std::make_unique<RelativeDamping>(options.rho);
    case DampingKind::Adaptive:
      break;
  }
  return std::make_unique<AdaptiveDamping>(options);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
