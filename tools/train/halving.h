#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/checkpoint.h"

/// Successive halving (Jamieson and Talwalkar, 2016) by time. All rungs have the same time. In a rung, the remaining
/// trials train for equal times, and the half with the lowest losses goes on to the next rung.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The settings of a trial and its progress.
struct Trial {
  int number = 0;          ///< from 1
  Settings settings = {};  ///< by option name
  double seconds = 0;      ///< of training
  std::int64_t steps = 0;
  double epochs = 0;
  std::vector<double> losses = {};  ///< at the end of each of its rungs; infinite if it failed
  std::string message = {};         ///< why it failed; empty if it did not
};

struct Rung {
  int number = 0;      ///< from 1
  int rungs = 0;       ///< of the search
  int trials = 0;      ///< in the rung
  int kept = 0;        ///< trials that go on to the next rung; 0 in the last
  double seconds = 0;  ///< for each to train
};

/// The number of trials in each rung: all, then half of the previous number, rounded up, while more than one is left.
std::vector<int> rung_sizes(int trials);

/// How far a search has come, so that a later process can continue it.
struct Halving {
  std::vector<Trial> trials;  ///< those of the present rung first
  int usable = 0;             ///< how many of the first have not failed
  double spent = 0;           ///< seconds
  double overhead = 0;        ///< seconds of a trial in the previous rung, besides training
  // Of the rung in progress.
  Rung rung = {};        ///< number 0: none has begun
  int done = 0;          ///< trials that have run
  double start = 0;      ///< `spent` when it began
  double training = 0;   ///< seconds that its trials have trained
  bool between = false;  ///< it is complete, and the next one has not begun
};

struct HalvingCalls {
  /// Seconds since a fixed moment.
  std::function<double()> clock;
  /// Continues a trial, updates its progress and returns its loss, which is not finite if the trial failed.
  std::function<double(Trial& trial, const Rung& rung)> run;
  /// Called after each trial, and after each rung.
  std::function<void(const Halving& state)> save = [](const Halving&) {};
  /// Called after each rung with all trials, the best first.
  std::function<void(const Rung& rung, std::span<const Trial> trials)> on_rung;
};

/// Returns all trials, the best first: trials of later rungs come first, and those of one rung are sorted by loss.
/// Takes about `seconds`, up to a step and an evaluation: the time that a trial spends besides training also counts,
/// and shortens later rungs. Continues from `state`, which at first holds the trials alone. Throws NumericalError, with
/// the message of one trial, if all have failed.
std::vector<Trial> halve(Halving state, double seconds, const HalvingCalls& calls);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
