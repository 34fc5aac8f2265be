#pragma once

#include <vector>

#include "framework/data/dataset.h"

/// Data sets of arrays in memory. Inputs are numbers, sample after sample, `features` of each. Both throw UsageError
/// where sizes do not fit, there is no sample, or a number is not finite.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Targets are numbers, sample after sample, `outputs` of each.
Dataset regression_data(std::vector<float> inputs, int features, std::vector<float> targets, int outputs = 1);

/// A label a sample, from 0 to 255. There are as many classes as the largest says, or `classes` where that is more.
Dataset classification_data(std::vector<float> inputs, int features, const std::vector<int>& labels, int classes = 0);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
