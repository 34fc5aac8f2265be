#include "models/model_file.h"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/io/safetensors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Extents = std::vector<std::int64_t>;

struct NamedParameter {
  std::string name;
  int index;
  Extents extents;
};

/// The parameters of the layers, as the file names and shapes them.
std::vector<NamedParameter> layer_parameters(const Graph& graph) {
  std::vector<NamedParameter> named;
  int layer = 0;
  for (const Node& node : graph.nodes()) {
    if (node.op == nullptr || node.op->kind != Op::Kind::Weighted) continue;
    const Shape weight = graph.parameters()[static_cast<std::size_t>(node.parameters[0])].shape();
    named.push_back({fmt::format("layers.{}.weight", layer), node.parameters[0], {weight.rows, weight.cols}});
    named.push_back({fmt::format("layers.{}.bias", layer), node.parameters[1], {weight.rows}});
    ++layer;
  }
  return named;
}

/// from: column-major rows × cols; the result row-major.
template <class To, class From>
std::vector<To> transposed(std::span<const From> from, std::size_t rows, std::size_t cols) {
  std::vector<To> to(from.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) to[row * cols + col] = static_cast<To>(from[row + col * rows]);
  }
  return to;
}

const StoredTensor& tensor(const Safetensors& file, const std::string& name, const Extents& extents) {
  const StoredTensor& found = file.at(name);
  if (found.shape != extents || found.dtype != DType::F32) {
    throw Error(fmt::format("{}: {} is {} [{}], expected F32 [{}]", file.source, name, curvegraph::name(found.dtype),
                            fmt::join(found.shape, ", "), fmt::join(extents, ", ")));
  }
  return found;
}

std::vector<float> floats(const Safetensors& file, const std::string& name, const Extents& extents) {
  const auto values = tensor(file, name, extents).as<float>();
  return {values.begin(), values.end()};
}

}  // namespace

void save_model(const std::filesystem::path& path, const Model& model, const Normalization& normalization,
                const ModelMetadata& metadata) {
  Safetensors file{.metadata = metadata};
  for (const NamedParameter& parameter : layer_parameters(*model.graph)) {
    const Tensor& values = model.graph->parameters()[static_cast<std::size_t>(parameter.index)];
    const auto rows = static_cast<std::size_t>(values.shape().rows);
    const std::vector<float> row_major =
        transposed<float, real>(values.to_host(), rows, static_cast<std::size_t>(values.shape().cols));
    file.tensors[parameter.name] = StoredTensor::from<float>(row_major, parameter.extents);
  }
  const Extents features{static_cast<std::int64_t>(normalization.mean.size())};
  file.tensors["input.mean"] = StoredTensor::from<float>(normalization.mean, features);
  file.tensors["input.scale"] = StoredTensor::from<float>(normalization.scale, features);
  write_safetensors(path, file);
}

ModelDescription describe_model(const std::filesystem::path& path) {
  const Safetensors file = read_safetensors(path);
  std::vector<int> layers;
  for (int layer = 0;; ++layer) {
    const std::string name = fmt::format("layers.{}.weight", layer);
    if (layer > 0 && !file.tensors.contains(name)) return {.layers = layers, .metadata = file.metadata};
    const Extents& shape = file.at(name).shape;
    const auto fits = [](std::int64_t extent) { return extent >= 1 && extent <= std::numeric_limits<int>::max(); };
    if (shape.size() != 2 || !fits(shape[0]) || !fits(shape[1])) {
      throw Error(fmt::format("{}: {} has shape [{}], expected [out, in]", file.source, name, fmt::join(shape, ", ")));
    }
    if (layers.empty()) layers.push_back(static_cast<int>(shape[1]));
    if (shape[1] != layers.back()) {
      throw Error(fmt::format("{}: {} has shape [{}], expected {} inputs, the outputs of the layer before", file.source,
                              name, fmt::join(shape, ", "), layers.back()));
    }
    layers.push_back(static_cast<int>(shape[0]));
  }
}

LoadedModel load_model(const std::filesystem::path& path, Model& model) {
  const Safetensors file = read_safetensors(path);
  const std::vector<NamedParameter> named = layer_parameters(*model.graph);
  for (const NamedParameter& parameter : named) tensor(file, parameter.name, parameter.extents);
  if (const auto extra = fmt::format("layers.{}.weight", named.size() / 2); file.tensors.contains(extra)) {
    throw Error(fmt::format("{}: holds {}, expected {} layers", file.source, extra, named.size() / 2));
  }
  const Extents features{model.graph->nodes()[static_cast<std::size_t>(model.input.index)].features};
  LoadedModel loaded{
      .normalization = {.mean = floats(file, "input.mean", features), .scale = floats(file, "input.scale", features)},
      .metadata = file.metadata};
  for (const NamedParameter& parameter : named) {
    Tensor& values = model.graph->parameters()[static_cast<std::size_t>(parameter.index)];
    // Row-major rows × cols is column-major cols × rows.
    values.assign(transposed<real, float>(file.at(parameter.name).as<float>(),
                                          static_cast<std::size_t>(values.shape().cols),
                                          static_cast<std::size_t>(values.shape().rows)));
  }
  return loaded;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
