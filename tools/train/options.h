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
  Task task = Task::Classification;  ///< valid once data_options.task is set
  Normalize normalize = Normalize::Channel;
  std::optional<NormalizeTargets> normalize_targets;  ///< nothing: criterion and data decide
  std::vector<int> layers;                            ///< empty: none given, and the data set has no default
  const Op* activation = nullptr;
  const Op* criterion = nullptr;  ///< nullptr: none given, and the task is not known yet
  int batch_size = 0;
  int epochs = 0;
  std::optional<double> validation;  ///< share of the training set
  int patience = 0;                  ///< epochs without a new best; 0: never stop early
  std::string best_by;               ///< measure of the validation set; empty: the task's
  std::optional<double> target_loss;
  std::uint64_t seed = 0;
  int threads = 0;
  bool in_double = false;  ///< whether to compute in double
  std::filesystem::path output;
  std::optional<std::filesystem::path> resume;
  std::optional<double> find_settings;              ///< minutes of a search instead of a run
  boost::program_options::variables_map arguments;  ///< from which these options were read

  /// The options that the user gave, and the number of threads, for a later call that continues this one: without
  /// --output, --resume, --config and --find-settings, and with the whole path of the data.
  [[nodiscard]] std::map<std::string, std::string> given() const;

  /// Sets the task and, unless it was given, the criterion. Throws UsageError if these or the normalisation of targets
  /// do not fit.
  void set_task(Task value);

  /// The values, by option name, that determine the results of a run bit for bit, except the data itself, the
  /// normalisation of targets, which depends on the data, and the number of epochs, unless the learning-rate schedule
  /// depends on it.
  [[nodiscard]] std::map<std::string, std::string> settings() const;
};

/// Reads options from the command line, then from the file of --config, then from the run of --resume. Returns nothing
/// after printing --help. Throws UsageError, which names the option, the value found and the value expected, and Error
/// if the run of --resume has no usable checkpoint.
std::optional<TrainOptions> parse_train_options(int argc, const char* const* argv);

/// The same options with these values, by option name, in place of the given ones. Throws UsageError as above.
TrainOptions with_settings(const TrainOptions& options, const std::map<std::string, std::string>& settings);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
