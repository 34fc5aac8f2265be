#include "models/model_file.h"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/tensor_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Extents = std::vector<std::int64_t>;

struct NamedParameter {
  std::string name;
  int index;
  Extents extents;
};

/// The parameters of the layers, with their names and shapes in the file.
std::vector<NamedParameter> layer_parameters(const Graph& graph) {
  std::vector<NamedParameter> named;
  int layer = 0;
  for (const Node& node : graph.nodes()) {
    if (!node.is_weighted()) continue;
    const Shape weight = graph.parameters()[to_index(node.weight())].shape();
    named.push_back({fmt::format("layers.{}.weight", layer), node.weight(), {weight.rows, weight.cols}});
    named.push_back({fmt::format("layers.{}.bias", layer), node.bias(), {weight.rows}});
    ++layer;
  }
  return named;
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
  std::vector<real> values(to_index(extents[0]));
  file.read_numbers(name, 0, values);
  return values;
}

}  // namespace

void save_model(const std::filesystem::path& path, const Model& model, const Normalization& normalization,
                const ModelMetadata& metadata, const Normalization& targets) {
  std::map<std::string, TensorSource> tensors;
  for (const NamedParameter& parameter : layer_parameters(*model.graph)) {
    const ConstMatrixView values = model.graph->parameters()[to_index(parameter.index)];
    tensors[parameter.name] = stored_by_rows(values, parameter.extents);
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
  std::vector<int> layers;
  for (int layer = 0;; ++layer) {
    const std::string name = fmt::format("layers.{}.weight", layer);
    if (layer > 0 && !file.tensors().contains(name)) return {.layers = layers, .metadata = file.metadata()};
    const Extents& shape = file.at(name).shape;
    const auto fits = [](std::int64_t extent) { return extent >= 1 && extent <= std::numeric_limits<int>::max(); };
    if (shape.size() != 2 || !fits(shape[0]) || !fits(shape[1])) {
      throw Error(
          fmt::format("{}: {} has shape [{}], expected [out, in]", file.source(), name, fmt::join(shape, ", ")));
    }
    if (layers.empty()) layers.push_back(static_cast<int>(shape[1]));
    if (shape[1] != layers.back()) {
      throw Error(fmt::format("{}: {} has shape [{}], expected {} inputs, the outputs of the layer before",
                              file.source(), name, fmt::join(shape, ", "), layers.back()));
    }
    layers.push_back(static_cast<int>(shape[0]));
  }
}

LoadedModel load_model(const std::filesystem::path& path, Model& model) {
  const SafetensorsFile file(path);
  const std::vector<NamedParameter> named = layer_parameters(*model.graph);
  for (const NamedParameter& parameter : named) file.require_numbers(parameter.name, parameter.extents);
  if (const auto extra = fmt::format("layers.{}.weight", named.size() / 2); file.tensors().contains(extra)) {
    throw Error(fmt::format("{}: holds {}, expected {} layers", file.source(), extra, named.size() / 2));
  }
  const auto extents = [&](Expr value) { return Extents{model.graph->nodes()[to_index(value.index)].features}; };
  const Extents features = extents(model.input);
  LoadedModel loaded{
      .normalization = {.mean = numbers(file, "input.mean", features), .scale = numbers(file, "input.scale", features)},
      .metadata = file.metadata(),
      .targets = {}};
  if (file.tensors().contains("target.mean") || file.tensors().contains("target.scale")) {
    const Extents outputs = extents(model.output);
    loaded.targets = {.mean = numbers(file, "target.mean", outputs), .scale = numbers(file, "target.scale", outputs)};
  }
  for (const NamedParameter& parameter : named) {
    read_by_rows(file, parameter.name, model.graph->parameters()[to_index(parameter.index)]);
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
