#pragma once

#include <string>
#include <vector>

#include "tools/reproduce/report/runs.h"

/// Which of two methods is ahead of the other, by rules that the reports state.

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

enum class Ahead { First, Second, Even, Unknown };

struct Comparison {
  std::string first = {};
  std::string second = {};
  Ahead in_seconds = Ahead::Unknown;
  Ahead in_epochs = Ahead::Unknown;
  Ahead in_accuracy = Ahead::Unknown;  ///< best test accuracy of the mean curve
  /// Both have it: the larger of their lowest losses, and when each first reached it.
  bool common_target = false;
  double target = 0;
  MeanEpoch first_at = {};
  MeanEpoch second_at = {};
  std::string remark = {};  ///< why there is no common target
};

/// On mean curves. A method whose lowest loss is not 1 % below `plateau`, the loss of equal probabilities, has not left
/// it: then the other is ahead if it has, and no one is where neither has.
Comparison compare(const MethodRuns& first, const MethodRuns& second, double plateau);

/// The loss of a network that gives all classes the same probability; infinite for an unknown criterion.
double plateau_loss(const std::string& criterion, int classes);

/// The words for what compare() does.
std::string comparison_rule(double plateau);

/// Pairs for which a claim holds, of those that say something about it.
struct Tally {
  int held = 0;
  int of = 0;
  void add(Ahead found, Ahead claimed);
};
/// "held for 2 of 3", "did not hold (0 of 3)", ...
std::string verdict(const Tally& tally);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
