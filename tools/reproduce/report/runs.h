#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tools/reproduce/report/experiment_file.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// A row of metrics.csv.
struct Epoch {
  int epoch = 0;
  double seconds = 0;  ///< of training since its start
  double train_loss = 0;
  double test_accuracy = 0;  ///< a share
};

/// Of a run's metrics.csv. Throws Error where it is missing or has other columns.
std::vector<Epoch> read_metrics(const std::filesystem::path& path);

/// What one seed of a method came to.
struct Run {
  int seed = 0;
  std::string outcome = "missing";  ///< or that of run.json
  std::string message = {};
  std::string command = {};
  double wall_seconds = 0;
  std::map<std::string, std::string> settings = {};
  std::vector<Epoch> epochs = {};
};

/// Of numbers of several seeds.
struct Spread {
  double mean = 0;
  double low = 0;
  double high = 0;
  int count = 0;
};
/// Of at least one number.
Spread spread(const std::vector<double>& values);

/// After an epoch, over seeds.
struct MeanEpoch {
  int epoch = 0;
  double seconds = 0;
  Spread train_loss = {};
  Spread test_accuracy = {};
};

struct MethodRuns {
  std::string method = {};
  std::vector<Run> runs = {};

  /// Those that count: that have epochs and did not fail, or, where there are none, those that failed with epochs.
  [[nodiscard]] std::vector<const Run*> counted() const;
  /// All runs that have epochs failed, and there are such.
  [[nodiscard]] bool failed() const;
  /// Over the runs that count, up to the last epoch that all of them have.
  [[nodiscard]] std::vector<MeanEpoch> mean_curve() const;
  /// "2 finished, 1 failed"
  [[nodiscard]] std::string outcomes() const;
};

/// Each method and seed of the experiment, with an entry also where there is no run. Throws Error with the path of a
/// file that cannot be read.
std::vector<MethodRuns> read_runs(const std::filesystem::path& folder, const ExperimentFile& experiment);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
