#pragma once

#include <filesystem>

#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/experiment_file.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// Table 1, measured. Throws Error with the path of a file that cannot be read.
Document cost_report(const std::filesystem::path& folder, const ExperimentFile& experiment);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
