#pragma once

#include <string_view>
#include <vector>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What a mean and a scale are taken over: each feature (pixel), each channel, or nothing (mean 0, scale 1).
enum class Normalize { Feature, Channel, None };

/// "feature", "channel" or "none". Throws UsageError listing these for any other name.
Normalize normalize_from_name(std::string_view name);
std::string_view name(Normalize kind);

/// x = (v - mean) / scale, elementwise over the features or the targets of a sample, with v = byte / 255 or the number
/// itself.
struct Normalization {
  /// One entry a feature or target.
  std::vector<float> mean;
  std::vector<float> scale;

  /// There are no entries: values stay as they are.
  [[nodiscard]] bool empty() const { return mean.empty() && scale.empty(); }
};

/// The mean and the population standard deviation of v over the training set.
///
/// Of bytes, the scale is the standard deviation or one grey level (1/255), whichever is larger. Below one level a
/// deviation says more about the rounding to bytes than about the images, and dividing by it would blow a single odd
/// pixel up without bound: with the floor, |x| <= 255. A constant feature is the extreme case: its x is 0 over the
/// training set. Feature brings the nearly constant pixels at the border of the images close to that bound, Channel
/// none.
///
/// Of numbers, see standardize() in framework/data/standardize.h.
///
/// Throws UsageError if there are no samples, the features do not divide into the channels, or channels are asked for
/// of numbers, which have none.
Normalization fit_normalization(const Dataset& train, Normalize kind);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
