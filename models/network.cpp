#include "models/network.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "framework/data/batch_loader.h"
#include "framework/error.h"
#include "framework/index.h"
#include "models/mlp.h"
#include "models/task_defaults.h"
#include "ops/logistic.h"
#include "ops/registry.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

NetworkOptions completed(NetworkOptions options) {
  if (options.activation == nullptr) throw UsageError("activation: found none, expected an op such as relu");
  if (options.criterion == nullptr) options.criterion = &default_criterion(options.task);
  require_fitting_criterion(options.task, *options.criterion);
  return options;
}

Model model_of(const NetworkOptions& options) { return mlp(options.layers, *options.activation, *options.criterion); }

/// The value that `look_up` makes of the metadata entry `key`.
template <class LookUp>
auto stored(const std::filesystem::path& path, const ModelMetadata& metadata, const char* key, const LookUp& look_up) {
  const auto entry = metadata.find(key);
  if (entry == metadata.end()) {
    throw Error(
        fmt::format("{}: does not say its {}, expected a file of Network::save() or tools/train, or metadata with "
                    "activation, criterion and task; load_model() reads a file without them",
                    path.string(), key));
  }
  try {
    return look_up(entry->second);
  } catch (const UsageError& error) {
    throw Error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

constexpr const char* kOutputNames = "output_names";

constexpr std::string_view kBytes = "byte / 255";

std::string input_formula(bool takes_bytes) {
  return fmt::format("x = ({} - input.mean) / input.scale", takes_bytes ? kBytes : "number");
}

void require_entries(const Normalization& normalization, int count, std::string_view what) {
  const auto expected = to_index(count);
  if (normalization.mean.size() == expected && normalization.scale.size() == expected) return;
  throw UsageError(fmt::format("{}: {} means and {} scales, expected {} of both", what, normalization.mean.size(),
                               normalization.scale.size(), count));
}

/// pᵢ = e^(zᵢ - max z) / Σⱼ e^(zⱼ - max z)
void make_probabilities(std::span<real> outputs) {
  const real largest = std::ranges::max(outputs);
  double sum = 0;
  for (const real z : outputs) sum += std::exp(static_cast<double>(z - largest));
  for (real& z : outputs) z = static_cast<real>(std::exp(static_cast<double>(z - largest)) / sum);
}

}  // namespace

Network::Network(NetworkOptions options, Model model) : options_(std::move(options)), model_(std::move(model)) {
  const auto features = to_index(layers().front());
  inputs_ = {.mean = std::vector<real>(features, 0), .scale = std::vector<real>(features, 1)};
}

Network::Network(const NetworkOptions& options, std::uint64_t seed)
    : Network(completed(options), model_of(completed(options))) {
  initialize_xavier(*model_.graph, seed);
}

Network Network::load(const std::filesystem::path& path) {
  const ModelDescription description = describe_model(path);
  const ModelMetadata& metadata = description.metadata;
  NetworkOptions options{
      .layers = description.layers,
      .activation =
          stored(path, metadata, "activation", [](const auto& name) { return &curvegraph::activation(name); }),
      .task = stored(path, metadata, "task", [](const auto& name) { return task_from_name(name); }),
      .criterion = stored(path, metadata, "criterion", [](const auto& name) { return &curvegraph::criterion(name); })};
  Model model = model_of(options);
  Network network(std::move(options), std::move(model));
  LoadedModel loaded = load_model(path, network.model_);
  const auto formula = metadata.find("input");
  const bool bytes = formula != metadata.end() && formula->second == input_formula(/*takes_bytes=*/true);
  // A file without any of these says nothing about its inputs, like a network before set_standardisation().
  if (formula != metadata.end() || !loaded.normalization.empty() || !loaded.targets.empty()) {
    if (loaded.normalization.empty()) loaded.normalization = network.inputs();
    network.set_standardisation(std::move(loaded.normalization), std::move(loaded.targets), bytes);
  }
  if (metadata.contains(kOutputNames)) {
    stored(path, metadata, kOutputNames, [&](const std::string& text) {
      network.set_output_names(names_from_text(text));
      return network.output_names().size();
    });
  }
  return network;
}

void Network::save(const std::filesystem::path& path, const ModelMetadata& more) const {
  ModelMetadata metadata{{"format", "pt"},
                         {"layers", format_layers(layers())},
                         {"activation", std::string(activation().name)},
                         {"criterion", std::string(criterion().name)},
                         {"task", std::string(name(task()))},
                         {"input", input_formula(takes_bytes_)}};
  if (!targets_.empty()) metadata["output"] = "prediction = output * target.scale + target.mean";
  if (!output_names_.empty()) metadata[kOutputNames] = text_of_names(output_names_);
  metadata.insert(more.begin(), more.end());
  save_model(path, model_, inputs_, metadata, targets_);
}

void Network::set_standardisation(Normalization inputs, Normalization targets, bool takes_bytes) {
  require_entries(inputs, layers().front(), "inputs");
  if (!targets.empty()) require_entries(targets, layers().back(), "targets");
  inputs_ = std::move(inputs);
  targets_ = std::move(targets);
  takes_bytes_ = takes_bytes;
  standardised_ = true;
}

void Network::set_output_names(std::vector<std::string> names) {
  if (!names.empty() && names.size() != to_index(layers().back())) {
    throw UsageError(fmt::format("output names: found {}, expected one for each of {} outputs, or none", names.size(),
                                 layers().back()));
  }
  output_names_ = std::move(names);
}

Plan& Network::evaluation() {
  if (!evaluation_) {
    evaluation_ = std::make_unique<Plan>(*model_.graph, model_.loss, evaluation_batch(layers()), Plan::Buffers::Values);
  }
  return *evaluation_;
}

std::vector<real> Network::predict(std::span<const real> inputs) {
  const auto features = to_index(layers().front());
  const auto width = to_index(layers().back());
  if (inputs.size() % features != 0) {
    throw UsageError(
        fmt::format("predict: {} numbers, expected a multiple of the network's {} inputs", inputs.size(), features));
  }
  const std::size_t samples = inputs.size() / features;
  // Training's loader standardises the inputs. The targets are not used.
  const Dataset data{.name = "predict",
                     .features = layers().front(),
                     .task = Task::Regression,
                     .numbers = {inputs.begin(), inputs.end()},
                     .target_columns = layers().back(),
                     .targets = std::vector<real>(samples * width)};
  BatchLoader loader(data, inputs_);
  Plan& plan = evaluation();
  std::vector<int> chosen;
  std::vector<real> predictions;
  predictions.reserve(samples * width);
  for (std::size_t first = 0; first < samples; first += chosen.size()) {
    chosen.resize(std::min(samples - first, to_index(plan.max_batch())));
    std::iota(chosen.begin(), chosen.end(), static_cast<int>(first));
    plan.set_batch(static_cast<int>(chosen.size()));
    loader.load(chosen, plan.input(model_.input), plan.input(model_.target));
    plan.forward();
    for (const real output : to_host(plan.value(model_.output))) predictions.push_back(output);
  }
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const std::span<real> outputs = std::span(predictions).subspan(sample * width, width);
    if (criterion().targets == Op::Targets::Distributions) make_probabilities(outputs);
    if (criterion().targets == Op::Targets::Fractions) {
      for (real& z : outputs) z = Logistic::f(z);
    }
    if (targets_.empty()) continue;
    for (std::size_t i = 0; i < width; ++i) outputs[i] = outputs[i] * targets_.scale[i] + targets_.mean[i];
  }
  return predictions;
}

std::vector<int> Network::classify(std::span<const real> inputs) {
  if (task() != Task::Classification) {
    throw UsageError(fmt::format("classify: the network is for {}, expected classification", name(task())));
  }
  const std::vector<real> outputs = predict(inputs);
  const auto width = static_cast<std::ptrdiff_t>(layers().back());
  std::vector<int> classes;
  for (auto sample = outputs.begin(); sample != outputs.end(); sample += width) {
    classes.push_back(static_cast<int>(std::max_element(sample, sample + width) - sample));
  }
  return classes;
}

void Network::require(const Dataset& data) const {
  if (data.task != task() || data.features != layers().front() || data.outputs() != layers().back()) {
    throw UsageError(
        fmt::format("{}: {} from {} inputs to {} outputs, expected {} from {} to {}, as the network has it", data.name,
                    name(data.task), data.features, data.outputs(), name(task()), layers().front(), layers().back()));
  }
  if (!standardised_ || data.has_numbers() != takes_bytes_) return;
  throw UsageError(fmt::format("{}: inputs are {}, expected {}, which the network was fitted to", data.name,
                               takes_bytes_ ? "numbers" : "bytes", takes_bytes_ ? "bytes" : "numbers"));
}

Score Network::score(const Dataset& data) {
  require(data);
  BatchLoader loader(data, inputs_, targets_);
  return evaluate(evaluation(), model_, loader);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
