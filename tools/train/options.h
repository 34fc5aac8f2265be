#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/data/target_normalization.h"
#include "framework/op.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct TrainOptions : OptimizerOptions {
  const DatasetFormat* dataset = nullptr;
  std::filesystem::path data;
  DatasetOptions data_options;
  Task task = Task::Classification;  ///< once data_options.task has one
  Normalize normalize = Normalize::Channel;
  std::optional<NormalizeTargets> normalize_targets;  ///< nothing: what criterion and data ask for
  std::vector<int> layers;  ///< empty: none given, and none that would fit any data of the format
  const Op* activation = nullptr;
  const Op* criterion = nullptr;  ///< nullptr: none given, and no task yet
  int batch_size = 0;
  int epochs = 0;
  std::optional<double> validation;  ///< share of the training set
  int patience = 0;                  ///< epochs without a new best; 0: all epochs are run
  std::string best_by;               ///< the measure of the validation set; empty: the task's
  std::optional<double> target_loss;
  std::uint64_t seed = 0;
  int threads = 0;
  bool in_double = false;  ///< the precision that the run is to compute in
  std::filesystem::path output;
  std::optional<std::filesystem::path> resume;
  std::optional<double> find_settings;              ///< minutes of a search that takes the place of a run
  boost::program_options::variables_map arguments;  ///< that these were read from

  /// The task and with it the criterion, unless that was given. UsageError where they or the normalisation of targets
  /// do not fit.
  void set_task(Task value);

  /// Whatever decides the bits of a run, by option name, but for the data itself, the normalisation of targets, which
  /// depends on that, and, unless the learning rate's schedule ends with it, how long it runs.
  [[nodiscard]] std::map<std::string, std::string> settings() const;
};

/// Options from the command line, then from the file that --config names. Nothing when --help was asked for and
/// printed. Throws UsageError naming the option, what was found and what was expected.
std::optional<TrainOptions> parse_train_options(int argc, const char* const* argv);

/// The options again, with these values, by name, over what was given. Throws UsageError as above.
TrainOptions with_settings(const TrainOptions& options, const std::map<std::string, std::string>& settings);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
