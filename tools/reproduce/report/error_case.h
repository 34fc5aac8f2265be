#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// Errors of one curvature's blocks against the true Hessian's.
struct CurvatureErrors {
  std::vector<double> layers = {};                     ///< from layer 1, means over the measured updates
  std::vector<std::pair<int, double>> by_update = {};  ///< totals over the layers
};

/// A folder of hessian-errors.
struct ErrorCase {
  std::map<std::string, CurvatureErrors> curvatures = {};
  std::vector<std::pair<int, double>> losses = {};  ///< by update
  bool lossy_jpeg = false;
  std::string setting = {};  ///< all that case.json says, in one line of Markdown
};

/// Throws Error with the path of a file that is missing or cannot be read, or where a layer lacks an update that others
/// have.
ErrorCase read_error_case(const std::filesystem::path& folder);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
