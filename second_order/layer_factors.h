#pragma once

#include <cstdint>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/curvature/layer_blocks.h"
#include "second_order/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct AveragingOptions {
  double decay = 0;     ///< β, in [0, 1); 0: none
  int max_inputs = 0;   ///< second moments are averaged too where no layer has more inputs
  bool joined = false;  ///< second moments are of the input with a constant 1 below it
};

/// Exponential averages of the Kronecker factors over the blocks made so far, number k = 1, 2, ...:
///
///   Ḡ ← βₖ Ḡ + (1-βₖ) G,   Ā ← βₖ Ā + (1-βₖ) E[h hᵀ],   βₖ = min(1 - 1/k, β),
///
/// which is the plain mean of the first ones (Martens and Grosse 2015).
class FactorAverages {
 public:
  /// Throws UsageError for options out of range.
  FactorAverages(const LayerBlocks& curvature, const AveragingOptions& options);

  /// The largest max_inputs: a second moment of more inputs would take more than 2³⁰ elements.
  static constexpr int widest = 32768;

  /// Adds the blocks of the k-th run.
  void add(const LayerBlocks& curvature, std::int64_t k);

  /// Whether anything is averaged.
  [[nodiscard]] bool active() const { return !blocks_.empty(); }
  /// Ḡ, without data where nothing is averaged.
  [[nodiscard]] ConstMatrixView block(std::size_t layer) const { return of(blocks_, layer); }
  /// Ā, without data where it is not.
  [[nodiscard]] ConstMatrixView moment(std::size_t layer) const { return of(moments_, layer); }
  std::vector<NamedState> state();

 private:
  static ConstMatrixView of(const std::vector<Tensor>& tensors, std::size_t layer) {
    return tensors.empty() ? ConstMatrixView{} : tensors[layer].view();
  }

  AveragingOptions options_;
  std::vector<Tensor> blocks_;   // by layer
  std::vector<Tensor> moments_;  // by layer
  Workspace workspace_;
};

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
