#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "framework/background.h"
#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/staging.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Brings samples of a data set into the inputs of a plan: gathers what the data set has of them on the host, ahead of
/// its use where it is told, and makes inputs and targets of it on the device. Keeps a reference to the data set.
class BatchLoader {
 public:
  /// `targets` of fit_targets(); without entries, targets are the data set's. Throws UsageError when a normalisation is
  /// not of the data set's features or targets, or when targets are classes and there is one for them.
  BatchLoader(const Dataset& dataset, const Normalization& normalization, const Normalization& targets = {});

  [[nodiscard]] const Dataset& dataset() const { return *dataset_; }
  /// outputs × 1: a target's unit in the units of the data set. Without data where targets are the data set's.
  [[nodiscard]] ConstMatrixView target_scale() const {
    return target_scale_.size() > 0 ? target_scale_.view() : ConstMatrixView{};
  }

  /// x: features × B, normalised; target: outputs × B, one-hot for labels, else the numbers of the data set or the
  /// inputs, standardised where there is a normalisation of targets, but not by that of the inputs; B = samples.size().
  /// UsageError when shapes do not fit.
  void load(std::span<const int> samples, MatrixView x, MatrixView target);

  /// Lets a thread of its own gather what there is of these samples, for the next load() if that is of the same ones.
  /// What is loaded never depends on it. UsageError when the data set has no such sample.
  void prefetch(std::span<const int> samples);
  /// Returns once that thread is done. load() does so itself.
  void wait() { helper_.wait(); }

 private:
  /// Readies host_ for these samples.
  void expect(std::span<const int> samples);
  /// Writes it, and sends it.
  void gather();
  /// The targets that are no labels, of what the batch has of them.
  template <class T>
  void put_targets(const T* stored, MatrixView target) const;

  const Dataset* dataset_;
  Tensor mean_;
  Tensor scale_;
  Tensor target_mean_;            // empty without a normalisation of targets
  Tensor target_scale_;           // likewise
  std::vector<int> samples_;      // whose bytes these are, or will be once helper_ is done
  Staging bytes_;                 // inputs, then targets
  std::size_t targets_at_ = 0;    // where these begin
  std::span<std::uint8_t> host_;  // of them
  Background helper_;             // the last member: it ends before those it works on
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
