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
/// task, what inputs and targets are standardised by, and the names of the outputs. fit() in models/fit.h trains it; a
/// file holds all of it.
class Network {
 public:
  /// Parameters by initialize_xavier(). UsageError where layers are none or the criterion is not for the task.
  explicit Network(const NetworkOptions& options, std::uint64_t seed = 0);

  /// Error where the file cannot be used. A file that does not name activation, criterion and task, such as one that
  /// another program wrote, is refused; models/model_file.h reads those.
  static Network load(const std::filesystem::path& path);
  /// Written whole or not at all (Error). `more` goes into the metadata of the file.
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
  /// prediction = output scale + mean; empty where outputs are predictions.
  [[nodiscard]] const Normalization& targets() const { return targets_; }
  /// Inputs are bytes and v = byte / 255, else v is the number itself.
  [[nodiscard]] bool takes_bytes() const { return takes_bytes_; }
  /// UsageError where they are not of the network's inputs and outputs. Without it, inputs and outputs are as they are.
  void set_standardisation(Normalization inputs, Normalization targets, bool takes_bytes);
  [[nodiscard]] bool is_standardised() const { return standardised_; }

  /// Of the classes or of the targets; empty where they have no names.
  [[nodiscard]] const std::vector<std::string>& output_names() const { return output_names_; }
  /// UsageError unless there is one for each output, or none.
  void set_output_names(std::vector<std::string> names);

  /// Of v, sample after sample: for every sample the layer's outputs, as the criterion reads them. Of classes the
  /// probabilities, of fractions the sigmoids, else numbers in the units of the targets. UsageError where inputs are no
  /// multiple of layers().front().
  [[nodiscard]] std::vector<float> predict(std::span<const float> inputs);
  /// UsageError where the data has other features, outputs or another task, or bytes in place of numbers.
  void require(const Dataset& data) const;
  /// The most probable class of each sample. UsageError where the task is another.
  [[nodiscard]] std::vector<int> classify(std::span<const float> inputs);
  /// Loss and accuracy or error over a data set that require() accepts.
  [[nodiscard]] Score score(const Dataset& data);

 private:
  /// Its parameters are the model's.
  Network(NetworkOptions options, Model model);
  Plan& evaluation();

  NetworkOptions options_;
  Model model_;
  Normalization inputs_;
  Normalization targets_;
  std::vector<std::string> output_names_;
  bool takes_bytes_ = false;
  bool standardised_ = false;
  std::unique_ptr<Plan> evaluation_;  // made when first wanted
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
