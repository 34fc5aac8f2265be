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

/// Loads samples of a data set into the inputs of a plan. Gathers their data on the host, ahead of time after
/// prefetch(), and makes inputs and targets from it on the device. Keeps a reference to the data set.
class BatchLoader {
 public:
  /// `targets` comes from fit_targets(); if it is empty, targets stay as in the data set. Throws UsageError if a
  /// normalisation does not fit the data set's features or targets, or if there is one for targets that are classes.
  BatchLoader(const Dataset& dataset, const Normalization& normalization, const Normalization& targets = {});

  [[nodiscard]] const Dataset& dataset() const { return *dataset_; }
  /// outputs × 1: the unit of each target in units of the data set. Without data if targets stay as in the data set.
  [[nodiscard]] ConstMatrixView target_scale() const {
    return target_scale_.size() > 0 ? target_scale_.view() : ConstMatrixView{};
  }

  /// Loads B = samples.size() samples. x: features × B, normalised. target: outputs × B, one-hot for labels, else the
  /// numbers of the data set or the inputs. The normalisation of targets applies to these, if there is one; that of the
  /// inputs does not. Throws UsageError if shapes do not fit.
  void load(std::span<const int> samples, MatrixView x, MatrixView target);

  /// Lets a separate thread gather the data of these samples for the next load(), if that is for the same samples. What
  /// load() yields never depends on it. Throws UsageError if the data set has no such sample.
  void prefetch(std::span<const int> samples);
  /// Waits until that thread is done. load() does so itself.
  void wait() { helper_.wait(); }

 private:
  /// Prepares host_ for these samples.
  void expect(std::span<const int> samples);
  /// Fills host_ and sends it.
  void gather();
  /// Writes the targets that are not labels, from the gathered data.
  template <class T>
  void put_targets(const T* stored, MatrixView target) const;

  const Dataset* dataset_;
  Tensor mean_;
  Tensor scale_;
  Tensor target_mean_;            // empty without a normalisation of targets
  Tensor target_scale_;           // likewise
  std::vector<int> samples_;      // the samples in bytes_, once helper_ is done
  Staging bytes_;                 // inputs, then targets
  std::size_t targets_at_ = 0;    // where the targets begin in bytes_
  std::span<std::uint8_t> host_;  // the host's memory of bytes_
  Background helper_;             // the last member: it ends before the members that it works on
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
