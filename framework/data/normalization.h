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
  /// One entry per feature or target.
  std::vector<real> mean;
  std::vector<real> scale;

  /// Whether there are no entries. Values then stay as they are.
  [[nodiscard]] bool empty() const { return mean.empty() && scale.empty(); }
};

/// The mean and the population standard deviation of v over the training set.
///
/// For bytes, the scale is the standard deviation or one grey level (1/255), whichever is larger. A deviation below one
/// level says more about the rounding to bytes than about the images, and division by it would enlarge a single odd
/// pixel without bound. With this floor, |x| <= 255. A constant feature is the extreme case: its x is 0 over the
/// training set. With Feature, the nearly constant pixels at the border of the images come close to that bound; with
/// Channel, none do.
///
/// For numbers, see standardize() in framework/data/standardize.h.
///
/// Throws UsageError if there are no samples, if the features do not divide into the channels, or if `kind` is Channel
/// for numbers, which have no channels.
Normalization fit_normalization(const Dataset& train, Normalize kind);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
