#pragma once

#include <filesystem>

#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/experiment_file.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// Of `reproduce race`. Throws Error with the path of a file that cannot be read.
Document race_report(const std::filesystem::path& folder, const ExperimentFile& experiment);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
