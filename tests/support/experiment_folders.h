#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

/// Output folders of tools/reproduce, written by hand.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

constexpr const char* kMetricsHeader = "epoch,step,seconds,train_loss,train_accuracy,test_loss,test_accuracy\n";

/// experiment.json of one that trains ten classes.
void write_training_experiment(const TempDir& dir, const std::string& name, const std::string& criterion, int epochs,
                               const std::vector<int>& seeds, const std::vector<std::string>& methods);

/// What a row of metrics.csv has besides the epoch.
struct MetricsRow {
  double seconds = 0;
  double train_loss = 0;
  double test_accuracy = 0;
};

/// metrics.csv, and run.json unless `outcome` is empty.
void write_run(const TempDir& dir, const std::string& method, int seed, const std::vector<MetricsRow>& rows,
               const std::string& outcome = "finished", const std::string& message = "");

/// Rows of epochs 1 ... with seconds_per_epoch * epoch and losses that fall from `start` to `end`.
std::vector<MetricsRow> falling_losses(int epochs, double seconds_per_epoch, double start, double end, double rate);

/// A folder like one of weeks of runs: several seeds, a failed run, a search. For each kind of experiment.
void write_realistic_training(const TempDir& dir, const std::string& name, const std::string& criterion);
void write_realistic_errors(const TempDir& dir);
void write_realistic_costs(const TempDir& dir);

/// The cells of the first table of a Markdown text after a line that begins with `after`, with its titles first.
std::vector<std::vector<std::string>> markdown_table(const std::string& markdown, const std::string& after);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
