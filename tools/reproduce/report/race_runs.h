#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/real.h"

/// Runs of a race as their folders have them, and what counts of them.

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// A row of metrics.csv.
struct RaceEpoch {
  int epoch = 0;
  int step = 0;
  double seconds = 0;  ///< of training since its start
  double train_loss = 0;
  double test_loss = 0;
  double test_measure = 0;
};

struct RaceMetrics {
  std::string measure = {};  ///< "accuracy" or "rmse"
  std::vector<RaceEpoch> epochs = {};
};

/// Throws Error where the file is missing or has other columns.
RaceMetrics read_race_metrics(const std::filesystem::path& path);

struct RaceResult {
  int seed = 0;
  std::string outcome = "missing";  ///< or that of run.json
  std::string message = {};
  std::string command = {};
  std::map<std::string, std::string> settings = {};
  RaceMetrics metrics = {};
};

/// Of a run's folder, which need not be there.
RaceResult read_race_result(const std::filesystem::path& folder, int seed);

/// The first epoch with at most the loss `target`, if it ended within `limit` seconds.
std::optional<RaceEpoch> first_at(std::span<const RaceEpoch> epochs, double target, double limit);

/// Training loss after so many seconds, linear between the ends of epochs and from `start` at 0 s on; the last one's
/// where there are no more. Infinite where there are none.
double loss_at(std::span<const RaceEpoch> epochs, double start, double seconds);

/// Seconds and epochs to a target over seeds. A seed that does not get there takes for ever: a median may be of none.
struct ToTarget {
  std::optional<double> seconds = {};  ///< median
  std::optional<double> epochs = {};   ///< median
  std::optional<double> fastest = {};
  std::optional<double> slowest = {};
  int reached = 0;
  int runs = 0;
};
ToTarget to_target(std::span<const RaceResult> runs, double target, double limit);

/// Of at least one number; none where it is not finite.
std::optional<double> finite_median(std::vector<double> numbers);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
