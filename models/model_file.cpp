#include "models/model_file.h"

#include <cstdint>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/safetensors_names.h"
#include "framework/io/tensor_stream.h"
#include "models/layer_tensors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Extents = std::vector<std::int64_t>;

/// The parameters of a layer of a graph, by index.
struct LayerParameters {
  int weight;
  int bias;
  Shape shape;  // of the weight
};

std::vector<LayerParameters> layers_of(const Graph& graph) {
  std::vector<LayerParameters> layers;
  for (const Node& node : graph.nodes()) {
    if (!node.is_weighted()) continue;
    layers.push_back({node.weight(), node.bias(), graph.parameters()[to_index(node.weight())].shape()});
  }
  return layers;
}

/// One number per feature or target.
TensorSource stored(const std::vector<real>& values) {
  const std::span<const real> all = values;
  return {dtype_of<real>(), {static_cast<std::int64_t>(all.size())}, [all](const ByteSink& out) {
            out(std::as_bytes(all));
          }};
}

std::vector<real> numbers(const SafetensorsFile& file, const std::string& name, const Extents& extents) {
  file.require_numbers(name, extents);
  file.require_finite(name);
  std::vector<real> values(to_index(extents[0]));
  file.read_numbers(name, 0, values);
  return values;
}

/// The tensors `what`.mean and `what`.scale; empty if the file has neither.
Normalization stored_normalization(const SafetensorsFile& file, std::string_view what, const Extents& extents) {
  const std::string mean = fmt::format("{}.mean", what);
  const std::string scale = fmt::format("{}.scale", what);
  const bool has_mean = file.tensors().contains(mean);
  const bool has_scale = file.tensors().contains(scale);
  if (!has_mean && !has_scale) return {};
  if (has_mean != has_scale) {
    throw Error(fmt::format("{}: has {} but no {}, expected both or neither", file.source(), has_mean ? mean : scale,
                            has_mean ? scale : mean));
  }
  return {.mean = numbers(file, mean, extents), .scale = numbers(file, scale, extents)};
}

/// Throws unless the file has these layers, of finite numbers.
void require_layers(const SafetensorsFile& file, const std::vector<LayerTensors>& found,
                    const std::vector<LayerParameters>& expected) {
  if (found.size() != expected.size()) {
    throw Error(fmt::format("{}: has {} layers, the last of tensor {}, expected {}", file.source(), found.size(),
                            quoted(found.back().weight), expected.size()));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [rows, cols] = expected[i].shape;
    file.require_numbers(found[i].weight, Extents{rows, cols});
    if (!found[i].bias.empty()) file.require_numbers(found[i].bias, Extents{rows});
  }
  for (const LayerTensors& layer : found) {
    file.require_finite(layer.weight);
    if (!layer.bias.empty()) file.require_finite(layer.bias);
  }
}

}  // namespace

void save_model(const std::filesystem::path& path, const Model& model, const Normalization& normalization,
                const ModelMetadata& metadata, const Normalization& targets) {
  std::map<std::string, TensorSource> tensors;
  const auto parameters = model.graph->parameters();
  const std::vector<LayerParameters> layers = layers_of(*model.graph);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto [weight, bias, shape] = layers[i];
    tensors[fmt::format("layers.{}.weight", i)] =
        stored_by_rows(parameters[to_index(weight)], {shape.rows, shape.cols});
    tensors[fmt::format("layers.{}.bias", i)] = stored_by_rows(parameters[to_index(bias)], {shape.rows});
  }
  tensors["input.mean"] = stored(normalization.mean);
  tensors["input.scale"] = stored(normalization.scale);
  if (!targets.empty()) {
    tensors["target.mean"] = stored(targets.mean);
    tensors["target.scale"] = stored(targets.scale);
  }
  write_safetensors(path, tensors, metadata);
}

ModelDescription describe_model(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  ModelDescription description{.metadata = file.metadata()};
  std::set<std::string> used{"input.mean", "input.scale", "target.mean", "target.scale"};
  for (const LayerTensors& layer : find_layers(file)) {
    if (description.layers.empty()) description.layers.push_back(layer.inputs);
    description.layers.push_back(layer.outputs);
    description.weights.push_back(layer.weight);
    used.insert({layer.weight, layer.bias});
  }
  for (const auto& [name, tensor] : file.tensors()) {
    if (!used.contains(name)) description.unused.push_back(name);
  }
  return description;
}

LoadedModel load_model(const std::filesystem::path& path, Model& model) {
  const SafetensorsFile file(path);
  const std::vector<LayerTensors> found = find_layers(file);
  const std::vector<LayerParameters> layers = layers_of(*model.graph);
  require_layers(file, found, layers);
  const auto extents = [&](Expr value) { return Extents{model.graph->nodes()[to_index(value.index)].features}; };
  LoadedModel loaded{.normalization = stored_normalization(file, "input", extents(model.input)),
                     .metadata = file.metadata(),
                     .targets = stored_normalization(file, "target", extents(model.output))};
  const auto parameters = model.graph->parameters();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    read_by_rows(file, found[i].weight, parameters[to_index(layers[i].weight)]);
    Tensor& bias = parameters[to_index(layers[i].bias)];
    if (found[i].bias.empty()) {
      bias.assign(std::vector<real>(bias.size()));
    } else {
      read_by_rows(file, found[i].bias, bias);
    }
  }
  return loaded;
}

std::string text_of_names(const std::vector<std::string>& names) {
  // The name of a folder may have bytes that are not UTF-8, which JSON cannot hold.
  return nlohmann::json(names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> names_from_text(const std::string& text) {
  try {
    return nlohmann::json::parse(text).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw UsageError(fmt::format("output names: found {}, expected a list of names", text));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
