#pragma once

#include <cstdint>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/layer_blocks.h"

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

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
