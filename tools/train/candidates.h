#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/checkpoint.h"
#include "tools/train/options.h"

/// The settings that --find-settings tries.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// An option that is searched if it has an effect and is not given. To search another option, add a line to the table.
struct SearchAxis {
  const char* option;
  std::span<const double> factors;  ///< multiples of the default to try, including 1
};

std::span<const SearchAxis> search_axes();

/// The values of one option in the form of the command line, ascending.
struct SearchedOption {
  std::string name;
  std::string initial;  ///< the default
  std::vector<std::string> values;
};

/// The options to search. Throws UsageError if all options that could be searched are given.
std::vector<SearchedOption> searched_options(const TrainOptions& options);

/// At most `count` points of the grid of these options that fit the training set: first the defaults, then points drawn
/// with --seed.
std::vector<Settings> draw_candidates(const TrainOptions& options, std::span<const SearchedOption> searched,
                                      const Dataset& train, int count);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
