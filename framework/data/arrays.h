#pragma once

#include <vector>

#include "framework/data/dataset.h"

/// Data sets from arrays in memory. Inputs are numbers, sample after sample, `features` per sample. Both functions
/// throw UsageError if sizes do not fit, there is no sample, or a number is not finite.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Targets are numbers, sample after sample, `outputs` per sample.
Dataset regression_data(std::vector<real> inputs, int features, std::vector<real> targets, int outputs = 1);

/// One label per sample, from 0 to 255. The number of classes is the largest label + 1, or `classes` if that is more.
Dataset classification_data(std::vector<real> inputs, int features, const std::vector<int>& labels, int classes = 0);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
