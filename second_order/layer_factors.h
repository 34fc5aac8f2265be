#pragma once

#include <cstdint>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "second_order/factor_averages.h"
#include "second_order/layer_blocks.h"
#include "second_order/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The Kronecker factors of all layers as the steps use them: G, of the last batch or averaged, and A where it is
/// averaged. Decides when they are made anew.
class LayerFactors {
 public:
  /// `options`: of resolved(). Throws UsageError where LayerBlocks and FactorAverages do.
  LayerFactors(const Plan& plan, const SecondOrderOptions& options);

  /// Makes the blocks of step number `step`, from 0, or keeps those of the step before.
  SolveSummary refresh(std::int64_t step);
  /// The last refresh() has kept the factors.
  [[nodiscard]] bool kept() const { return kept_; }

  [[nodiscard]] const LayerBlocks& layer_blocks() const { return blocks_; }
  [[nodiscard]] const std::vector<WeightedLayer>& layers() const { return blocks_.layers(); }
  /// By layer, from 0: G or its average, nₜ × nₜ.
  [[nodiscard]] const std::vector<ConstMatrixView>& output_factors() const { return output_factors_; }
  /// The average that stands for A of a layer, without data where the batch's own is used.
  [[nodiscard]] ConstMatrixView moment(std::size_t i) const { return averages_.moment(i); }
  /// tr G/nₜ and tr A/nₜ₋₁ of a layer; A with the constant of the bias where the solver joins it.
  [[nodiscard]] double output_mean(std::size_t i) const;
  [[nodiscard]] double input_mean(std::size_t i) const;

  /// What later steps take over from earlier ones.
  std::vector<NamedState> state();

 private:
  LayerBlocks blocks_;
  FactorAverages averages_;
  int every_;
  bool joins_bias_;
  bool kept_ = false;
  std::vector<ConstMatrixView> output_factors_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
