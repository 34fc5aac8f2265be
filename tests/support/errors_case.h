#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "framework/data/dataset.h"
#include "tools/reproduce/hessian_errors.h"

/// What the tests of tools/reproduce's Hessian errors have in common.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// 40 generated images of 3 channels of 2 × 2 pixels, in 3 classes: noise, one channel brighter.
Dataset small_images();

/// A 12-7-5-3 sigmoid network with cross-entropy on them, in batches of 8: five updates an epoch.
HessianErrorsOptions small_case(const Dataset& data, const std::filesystem::path& folder);

/// errors.csv as errors by layer.
using ErrorTable = std::map<std::pair<int, std::string>, std::vector<double>>;  // by update and curvature
ErrorTable error_table(const std::string& csv);

/// The options are refused as UsageError.
std::string refusal(const HessianErrorsOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
