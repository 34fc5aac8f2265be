#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/device.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Gathers samples of a data set into the inputs of a plan. Keeps a reference to the data set.
class BatchLoader {
 public:
  /// Throws UsageError when the normalisation is not of the data set's features.
  BatchLoader(const Dataset& dataset, const Normalization& normalization);

  [[nodiscard]] const Dataset& dataset() const { return *dataset_; }

  /// x: features × B, normalised; target: classes × B, one-hot; B = samples.size(). UsageError when shapes do not fit.
  void load(std::span<const int> samples, MatrixView x, MatrixView target);

 private:
  const Dataset* dataset_;
  Tensor mean_;
  Tensor scale_;
  std::vector<std::uint8_t> bytes_;  // of the batch, samples then labels
  DeviceMemory device_bytes_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
