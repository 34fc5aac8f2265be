#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "framework/optimizer.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The systems of a layer as they are solved: s M ⊗ G + λI for its weights, s G + λ'I for its bias.
struct LayerDamping {
  double share = 1;   ///< s
  double weight = 1;  ///< λ
  double bias = 1;    ///< λ'

  friend bool operator==(const LayerDamping&, const LayerDamping&) = default;
};

enum class DampingKind {
  Fixed,     ///< the paper's: s = 1-α, λ = λ' = α for all layers
  Relative,  ///< to each layer's mean eigenvalues: λ = ρ (tr G/nₜ)(tr A/nₜ₋₁), λ' = ρ tr G/nₜ, s = 1
  Adaptive,  ///< relative, with ρ raised and lowered by what steps bring (Levenberg and Marquardt)
};

/// "fixed", "relative" or "adaptive"; UsageError lists these for any other name.
DampingKind damping_kind(std::string_view name);
std::string_view name(DampingKind kind);

struct DampingOptions {
  DampingKind kind = DampingKind::Fixed;
  double alpha = 0.02;  ///< α of Fixed, in (0, 1]
  double rho = 10;      ///< ρ of Relative, above 0; where Adaptive starts
  int every = 5;        ///< steps from one measurement of Adaptive to the next
};

/// Decides how systems are damped, and is told how good the steps were that came of it.
class Damping {
 public:
  Damping() = default;
  Damping(const Damping&) = delete;
  Damping& operator=(const Damping&) = delete;
  Damping(Damping&&) = delete;
  Damping& operator=(Damping&&) = delete;
  virtual ~Damping() = default;

  /// From tr G/nₜ and tr A/nₜ₋₁. Where these are zero or nearly so, there is no curvature to be relative to: λ or λ' is
  /// 1.
  [[nodiscard]] virtual LayerDamping of_layer(double output_mean, double input_mean) const = 0;
  /// Whether it has to be told of step number `step`, from 0.
  [[nodiscard]] virtual bool measures(std::int64_t /*step*/) const { return false; }
  /// The step stands. `ratio`: actual change of the loss of its batch over the predicted one.
  virtual void accepted(double /*ratio*/) {}
  /// The step has raised the loss, or left it without a value, and was taken back.
  virtual void rejected() {}
  virtual std::vector<NamedState> state() { return {}; }
};

/// Throws UsageError for options out of range.
std::unique_ptr<Damping> make_damping(const DampingOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
