#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/checkpoint.h"

/// Successive halving (Jamieson and Talwalkar, 2016) in time: each rung has the same share of it, in which the trials
/// that are left train equally long; the half with the lowest losses goes on.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Settings under trial, and how far they have come.
struct Trial {
  int number = 0;          ///< from 1
  Settings settings = {};  ///< by option name
  double seconds = 0;      ///< of training
  std::int64_t steps = 0;
  double epochs = 0;
  std::vector<double> losses = {};  ///< at the end of each rung it was in; infinite where it had failed
  std::string message = {};         ///< why it has failed, where it has
};

struct Rung {
  int number = 0;      ///< from 1
  int rungs = 0;       ///< of the search
  int trials = 0;      ///< in the rung
  int kept = 0;        ///< of these, by the next; 0 in the last
  double seconds = 0;  ///< for each to train
};

/// How many trials each rung has: all, then half of them, rounded up, as long as more than one is left.
std::vector<int> rung_sizes(int trials);

struct HalvingCalls {
  /// Seconds since some moment.
  std::function<double()> clock;
  /// Goes on with a trial, notes what comes of it and returns its loss, not finite where it has failed.
  std::function<double(Trial& trial, const Rung& rung)> run;
  /// After each rung, with all trials, the best first.
  std::function<void(const Rung& rung, std::span<const Trial> trials)> on_rung;
};

/// All trials, the best first: those of later rungs before others, each rung's by loss. It takes `seconds`, give or
/// take a step and an evaluation: what a trial takes beside its training counts too, and shortens later rungs. Throws
/// NumericalError where all have failed, with the message of one.
std::vector<Trial> halve(std::vector<Trial> trials, double seconds, const HalvingCalls& calls);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
