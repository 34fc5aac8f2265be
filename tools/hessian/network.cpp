#include "tools/hessian/network.h"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/safetensors_names.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "ops/registry.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The activation or the criterion (`what`), from the option of that name or the file's metadata.
const Op& chosen(const char* what, const std::optional<std::string>& option, const ModelMetadata& metadata,
                 const HessianOptions& options, const Op& (*look_up)(std::string_view)) {
  const std::string file = options.model.string();
  const auto stored = metadata.find(what);
  if (stored == metadata.end()) {
    if (!option) throw UsageError(fmt::format("--{}: missing, expected a name, because {} contains none", what, file));
    return look_up(*option);
  }
  if (option && *option != stored->second) {
    throw UsageError(fmt::format("--{} {}: {} was trained with {}, expected the same or no --{}", what, *option, file,
                                 stored->second, what));
  }
  try {
    return look_up(stored->second);
  } catch (const UsageError& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  all.reserve(names.size());
  for (const std::string& name : names) all.push_back(quoted(name));
  return fmt::format("{}", fmt::join(all, ", "));
}

/// Whether the layers have the names that save_model() gives them.
bool has_our_names(const std::vector<std::string>& weights) {
  for (std::size_t layer = 0; layer < weights.size(); ++layer) {
    if (weights[layer] != fmt::format("layers.{}.weight", layer)) return false;
  }
  return true;
}

std::vector<std::string> remarks_on(const std::string& file, const ModelDescription& description,
                                    const LoadedModel& loaded, const Dataset& data) {
  std::vector<std::string> remarks;
  if (!has_our_names(description.weights)) {
    remarks.push_back(fmt::format("{}: the layers in order are {}", file, quoted_list(description.weights)));
  }
  if (!description.unused.empty()) {
    remarks.push_back(fmt::format("{}: not used: {}", file, quoted_list(description.unused)));
  }
  if (loaded.normalization.empty()) {
    remarks.push_back(fmt::format("{}: has no input.mean and input.scale; inputs are used as {}", file,
                                  data.has_numbers() ? "they are" : "byte/255"));
  }
  return remarks;
}

}  // namespace

Task trained_task(const std::filesystem::path& model) {
  const ModelDescription description = describe_model(model);
  const auto task = description.metadata.find("task");
  if (task == description.metadata.end()) return Task::Classification;
  try {
    return task_from_name(task->second);
  } catch (const UsageError& error) {
    throw Error(fmt::format("{}: {}", model.string(), error.what()));
  }
}

TrainedNetwork load_network(const HessianOptions& options, const Dataset& data) {
  const ModelDescription description = describe_model(options.model);
  TrainedNetwork network{.layers = description.layers};
  network.activation = &chosen("activation", options.activation, description.metadata, options, activation);
  network.criterion = &chosen("criterion", options.criterion, description.metadata, options, criterion);
  if (network.layers.front() != data.features || network.layers.back() != data.outputs()) {
    // The order of layers may come from their names, and then these decide about inputs and outputs.
    const bool ours = has_our_names(description.weights);
    throw UsageError(
        fmt::format("--model {}: from {} inputs to {} outputs, expected {} and {}, the features and {} of {}{}",
                    options.model.string(), network.layers.front(), network.layers.back(), data.features,
                    data.outputs(), data.task == Task::Classification ? "classes" : "targets", options.dataset,
                    ours ? "" : "; the layers in order are " + quoted_list(description.weights)));
  }
  network.model = mlp(network.layers, *network.activation, *network.criterion);
  const LoadedModel loaded = load_model(options.model, network.model);
  if (data.task == Task::Classification && !loaded.targets.empty()) {
    throw UsageError(
        fmt::format("--model {}: holds target.mean and target.scale for numeric targets, but names no task, expected a "
                    "file of tools/train or a network for classification",
                    options.model.string()));
  }
  network.targets = loaded.targets;
  network.normalization = loaded.normalization;
  if (network.normalization.empty()) {
    network.normalization = {.mean = std::vector<real>(to_index(data.features), 0),
                             .scale = std::vector<real>(to_index(data.features), 1)};
  }
  network.remarks = remarks_on(options.model.string(), description, loaded, data);
  return network;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
