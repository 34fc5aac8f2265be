#pragma once

#include "tools/train/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// train --find-settings: looks for the settings that come furthest in a given time, on the data and network of
/// `options`, and writes them to the output folder. Trials run in turns, one network in memory at a time. The exit
/// status; throws NumericalError where no settings train.
int find_settings(TrainOptions options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
