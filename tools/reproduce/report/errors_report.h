#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/experiment_file.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// Tables 2 to 5. Throws Error with the path of a file that cannot be read.
Document errors_report(const std::filesystem::path& folder, const ExperimentFile& experiment);

/// Root of the sum of squares: how layers' errors make a total.
double total_error(const std::vector<double>& layers);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
