#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/op.h"
#include "framework/plan.h"
#include "models/model.h"
#include "models/model_file.h"
#include "models/trainer.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct NetworkOptions {
  std::vector<int> layers = {};  ///< {inputs, hidden ..., outputs}: as mlp() takes them
  const Op* activation = &relu;
  Task task = Task::Classification;
  const Op* criterion = nullptr;  ///< nullptr: default_criterion(task)
};

/// A fully connected network with everything that a prediction needs: layers and parameters, activation, criterion and
/// task, the standardisation of inputs and targets, and the names of the outputs. fit() in models/fit.h trains it; a
/// file holds all of it.
class Network {
 public:
  /// Initialises the parameters by initialize_xavier(). Throws UsageError if the layers are not valid or the criterion
  /// is not for the task.
  explicit Network(const NetworkOptions& options, std::uint64_t seed = 0);

  /// Throws Error if the file cannot be used, or if its metadata does not name activation, criterion and task, as of
  /// most files that other programs wrote. load_model() in models/model_file.h reads such files.
  static Network load(const std::filesystem::path& path);
  /// Writes the file whole or not at all (Error). Adds `more` to the metadata of the file.
  void save(const std::filesystem::path& path, const ModelMetadata& more = {}) const;

  [[nodiscard]] const std::vector<int>& layers() const { return options_.layers; }
  [[nodiscard]] const Op& activation() const { return *options_.activation; }
  [[nodiscard]] const Op& criterion() const { return *options_.criterion; }
  [[nodiscard]] Task task() const { return options_.task; }
  /// The graph, its parameters and its inputs and outputs.
  [[nodiscard]] Model& model() { return model_; }
  [[nodiscard]] const Model& model() const { return model_; }

  /// x = (v - mean) / scale of inputs v.
  [[nodiscard]] const Normalization& inputs() const { return inputs_; }
  /// prediction = output scale + mean; empty if outputs are predictions.
  [[nodiscard]] const Normalization& targets() const { return targets_; }
  /// Whether inputs are bytes with v = byte / 255; else v is the number itself.
  [[nodiscard]] bool takes_bytes() const { return takes_bytes_; }
  /// Throws UsageError unless both fit the network's inputs and outputs. Before a call, inputs and outputs are used as
  /// they are.
  void set_standardisation(Normalization inputs, Normalization targets, bool takes_bytes);
  [[nodiscard]] bool is_standardised() const { return standardised_; }

  /// The names of the classes or of the targets; empty if they have none.
  [[nodiscard]] const std::vector<std::string>& output_names() const { return output_names_; }
  /// Throws UsageError unless there is one name for each output, or none at all.
  void set_output_names(std::vector<std::string> names);

  /// `inputs` are v, sample after sample. Returns the outputs of each sample as the criterion interprets them:
  /// probabilities for classes, sigmoids for fractions, else numbers in the units of the targets. Throws UsageError if
  /// the number of inputs is no multiple of layers().front().
  [[nodiscard]] std::vector<real> predict(std::span<const real> inputs);
  /// Throws UsageError if the data has other features or outputs or another task, or bytes in place of numbers.
  void require(const Dataset& data) const;
  /// The most probable class of each sample. Throws UsageError if the task is not classification.
  [[nodiscard]] std::vector<int> classify(std::span<const real> inputs);
  /// Loss and accuracy or error over a data set that require() accepts.
  [[nodiscard]] Score score(const Dataset& data);

 private:
  /// Takes over the parameters of `model`.
  Network(NetworkOptions options, Model model);
  Plan& evaluation();

  NetworkOptions options_;
  Model model_;
  Normalization inputs_;
  Normalization targets_;
  std::vector<std::string> output_names_;
  bool takes_bytes_ = false;
  bool standardised_ = false;
  std::unique_ptr<Plan> evaluation_;  // made on first use
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
