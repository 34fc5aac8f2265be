#pragma once

#include <string>
#include <vector>

#include "tools/train/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

using Arguments = std::vector<std::string>;

inline Arguments operator+(Arguments left, const Arguments& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// The options of "train ARGUMENT ...", which must not ask for help.
inline TrainOptions parse_options(const Arguments& arguments) {
  std::vector<const char*> argv{"train"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return parse_train_options(static_cast<int>(argv.size()), argv.data()).value();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
