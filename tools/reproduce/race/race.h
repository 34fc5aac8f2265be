#pragma once

#include "tools/reproduce/race/race_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// For each task: its target where there is none yet, then trials and runs, one after the other, then the report.
/// Throws Error and UsageError as the parts do, NumericalError where Adam does not leave a task's plateau.
void run_race(const RaceOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
