#pragma once

#include "tools/train/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// train --find-settings: searches for the settings with the lowest loss after a given time, on the data and network of
/// `options`, and writes them to the output folder. Trials run in turns, with one network in memory at a time. Returns
/// the exit status. Throws NumericalError if no settings train.
int find_settings(TrainOptions options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
