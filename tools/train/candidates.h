#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/checkpoint.h"
#include "tools/train/options.h"

/// What --find-settings tries.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// An option that is searched where it has an effect and is not given: a line in the table is all that one takes.
struct SearchAxis {
  const char* option;
  std::span<const double> factors;  ///< of its default, 1 among them
};

std::span<const SearchAxis> search_axes();

/// Values of one option, as the command line has them, ascending.
struct SearchedOption {
  std::string name;
  std::string initial;  ///< the default
  std::vector<std::string> values;
};

/// Of these options. Throws UsageError where all that could be searched is given.
std::vector<SearchedOption> searched_options(const TrainOptions& options);

/// At most `count` points of the grid that the options span, as settings that the training set allows: the defaults
/// first, the others drawn from --seed.
std::vector<Settings> draw_candidates(const TrainOptions& options, std::span<const SearchedOption> searched,
                                      const Dataset& train, int count);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
