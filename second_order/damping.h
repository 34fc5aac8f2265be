#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "second_order/algebra/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The systems of a layer as they are solved: s M ⊗ G + λI for its weights, s G + λ'I for its bias.
struct LayerDamping {
  double share = 1;   ///< s
  double weight = 1;  ///< λ
  double bias = 1;    ///< λ'

  friend bool operator==(const LayerDamping&, const LayerDamping&) = default;
};

/// λ split between the two factors of A ⊗ G by their mean eigenvalues (12): π² = (tr A/nₜ₋₁)/(tr G/nₜ), and π = 1 where
/// either is zero.
struct FactorDamping {
  real output = 0;  ///< √λ/π, added to G
  real input = 0;   ///< π√λ, added to A

  /// From λ, tr G/nₜ and tr A/nₜ₋₁. A status with the mean where that of G is negative or either is not finite.
  static SolveSummary split(double damping, double output_mean, double input_mean, FactorDamping& result);
};

/// The unit of relative damping for a factor with this mean eigenvalue: its magnitude, or 1 where that is below 1e-30.
/// A network that fits its batch to rounding has such a factor, and a float has too few digits left for it.
double damping_scale(double mean);

enum class DampingKind {
  Fixed,     ///< the paper's: s = 1-α, λ = λ' = α for all layers
  Relative,  ///< to each layer's mean eigenvalues: λ = ρ (tr G/nₜ)(tr A/nₜ₋₁), λ' = ρ tr G/nₜ, s = 1
  Adaptive,  ///< relative, with ρ raised and lowered by what steps bring (Levenberg and Marquardt)
};

/// "fixed", "relative" or "adaptive"; UsageError lists these for any other name.
DampingKind damping_kind(std::string_view name);
std::string_view name(DampingKind kind);

struct DampingOptions {
  DampingKind kind = DampingKind::Relative;
  double alpha = 0.02;  ///< α of Fixed, in (0, 1]
  double rho = 0.1;     ///< ρ of Relative, above 0; where Adaptive starts
  int every = 5;        ///< steps from one measurement of Adaptive to the next
};

/// Decides how systems are damped. It is told how good the resulting steps were.
class Damping {
 public:
  Damping() = default;
  Damping(const Damping&) = delete;
  Damping& operator=(const Damping&) = delete;
  Damping(Damping&&) = delete;
  Damping& operator=(Damping&&) = delete;
  virtual ~Damping() = default;

  /// The largest ρ. With a larger one, products with a layer's curvature would overflow a float.
  static constexpr double kMost = 1e8;

  /// From the means tr G/nₜ and tr A/nₜ₋₁, by way of damping_scale(). `raise` multiplies ρ, up to kMost, for a system
  /// that has no solution with less.
  [[nodiscard]] virtual LayerDamping of_layer(double output_mean, double input_mean, double raise = 1) const = 0;
  /// Whether a larger factor of ρ than this one would damp more.
  [[nodiscard]] virtual bool can_raise(double /*raise*/) const { return false; }
  /// Whether it must be told how step number `step`, from 0, went.
  [[nodiscard]] virtual bool measures(std::int64_t /*step*/) const { return false; }
  /// The step stands. `ratio`: the actual change of its batch's loss over the predicted one. `shortened`: the trust
  /// region has shortened the step, so that a good ratio does not show that less damping is enough.
  virtual void accepted(double /*ratio*/, bool /*shortened*/ = false) {}
  /// The step was taken back: the loss rose or was not finite.
  virtual void rejected() {}
  virtual std::vector<NamedState> state() { return {}; }
};

/// Throws UsageError for options out of range.
std::unique_ptr<Damping> make_damping(const DampingOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
