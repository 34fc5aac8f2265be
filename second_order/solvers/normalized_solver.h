#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "framework/tensor.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A solver for systems of any magnitude. Solvers compute squares and products of G, δ and h, which overflow or vanish
/// in a float long before these do, for example where a network fits its batch to rounding. Where one of them is far
/// from order one, it solves
///
///   Ĝ = 2ˡ G,   ĥ = 2ʲ h,   δ̂ = 2ᵏ δ,   λ̂ = 2²ʲ⁺ˡ λ,   D = 2ʲ⁺ˡ⁻ᵏ D̂,   ⟨D, g⟩ = 2ˡ⁻²ᵏ ⟨D̂, ĝ⟩
///
/// for D̂, which is right for (10b), (12) and (13) alike. Powers of two change no digits. The numbers of a summary are
/// those of the scaled system.
class NormalizedSolver : public WeightSolver {
 public:
  NormalizedSolver(std::unique_ptr<WeightSolver> solver, bool joins_bias)
      : solver_(std::move(solver)), joins_bias_(joins_bias), sizes_(3, 1) {}

  /// Inaccurate where the direction leads uphill, NonFinite where a float cannot hold it.
  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;
  std::vector<NamedState> state() override { return solver_->state(); }

 private:
  /// l, j and k.
  struct Exponents {
    int block = 0;
    int input = 0;
    int delta = 0;

    friend bool operator==(const Exponents&, const Exponents&) = default;
  };

  Exponents exponents_of(const WeightSystem& system, Workspace& workspace);
  WeightSystem normalized(const WeightSystem& system, const Exponents& exponents);
  /// Of the system itself, from that of the normalized one. Whether it is finite.
  bool take_back(const Exponents& exponents, Direction& direction, Workspace& workspace);

  std::unique_ptr<WeightSolver> solver_;
  bool joins_bias_;
  std::optional<Exponents> last_;  // of the last call
  Tensor sizes_;
  // Empty until they are needed.
  Tensor block_;
  Tensor moment_;
  Tensor input_;
  Tensor delta_;
  Tensor u_;
  Tensor bias_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
