#pragma once

#include "tools/reproduce/training_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Searches, runs and reports, keeping what an earlier call has done. Throws Error naming the run where one fails for
/// another reason than its numbers.
void run_training_experiment(const TrainingOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
