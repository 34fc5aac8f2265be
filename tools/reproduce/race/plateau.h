#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/data/target_normalization.h"
#include "framework/real.h"

/// The plateau of a task: the least loss of a network whose output is the same for every sample, mean over samples of
/// the sum over outputs. Where deep networks start to learn from, and where the way to the target is measured from.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Cross-entropy: the entropy of the labels' frequencies.
double label_plateau(std::span<const std::uint8_t> labels);

/// Sigmoid cross-entropy with byte/255 as targets: Σ over features of H(mean), H(p) = -p log p - (1-p) log(1-p).
double pixel_plateau(std::span<const std::uint8_t> values, int features);

/// Targets of regression as both sides standardise them, rows of so many outputs: losses are of these.
std::vector<float> standardised_targets(std::span<const float> targets, int outputs, NormalizeTargets kind);

/// Half squared error: half the sum of the outputs' variances. `targets`: rows of so many outputs.
double squared_error_plateau(std::span<const float> targets, int outputs);

/// Tukey's biweight: at each output's location, by reweighted means from the median on.
double biweight_plateau(std::span<const float> targets, int outputs);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
