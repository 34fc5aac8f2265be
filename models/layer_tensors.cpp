#include "models/layer_tensors.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/safetensors_names.h"
#include "framework/natural_order.h"
#include "models/layer_order.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kWeight = "weight";
constexpr std::string_view kBias = "bias";

/// "NAME." of a tensor "NAME.weight" (if `kind` is "weight"), "" of "weight" itself, nothing of any other tensor.
std::optional<std::string> stem(std::string_view tensor, std::string_view kind) {
  if (!tensor.ends_with(kind)) return std::nullopt;
  const std::string_view before = tensor.substr(0, tensor.size() - kind.size());
  if (!before.empty() && before.back() != '.') return std::nullopt;
  return std::string(before);
}

std::string joined(const std::string& stem, std::string_view kind) { return stem + std::string(kind); }

std::string shape_of(const SafetensorsFile& file, const std::string& tensor) {
  return fmt::format("tensor {} has shape [{}]", quoted(tensor), fmt::join(file.at(tensor).shape, ", "));
}

LayerTensors layer_of(const SafetensorsFile& file, const std::string& stem) {
  const std::string weight = joined(stem, kWeight);
  const std::vector<std::int64_t>& shape = file.at(weight).shape;
  const auto fits = [](std::int64_t extent) { return extent >= 1 && extent <= std::numeric_limits<int>::max(); };
  if (shape.size() != 2 || !fits(shape[0]) || !fits(shape[1])) {
    throw Error(fmt::format("{}: {}, expected [out, in], because every layer must be fully connected", file.source(),
                            shape_of(file, weight)));
  }
  const std::string bias = joined(stem, kBias);
  return {.weight = weight,
          .bias = file.tensors().contains(bias) ? bias : "",
          .inputs = static_cast<int>(shape[1]),
          .outputs = static_cast<int>(shape[0])};
}

/// All layers, in the natural order of their names.
std::vector<LayerTensors> layers_by_name(const SafetensorsFile& file) {
  std::vector<std::string> stems;
  for (const auto& [name, tensor] : file.tensors()) {
    if (auto found = stem(name, kWeight)) stems.push_back(*found);
  }
  std::ranges::sort(stems, natural_less);
  std::vector<LayerTensors> layers;
  layers.reserve(stems.size());
  for (const std::string& each : stems) layers.push_back(layer_of(file, each));
  // A layer with a bias has a weight, if perhaps by a name that says nothing here, such as weight_v.
  for (const auto& [name, tensor] : file.tensors()) {
    if (const auto found = stem(name, kBias)) static_cast<void>(file.at(joined(*found, kWeight)));
  }
  return layers;
}

std::vector<LayerSizes> sizes_of(const std::vector<LayerTensors>& layers) {
  std::vector<LayerSizes> sizes;
  sizes.reserve(layers.size());
  for (const LayerTensors& layer : layers) sizes.push_back({.inputs = layer.inputs, .outputs = layer.outputs});
  return sizes;
}

/// What the names of a network's layers have in common: the parts before the first number, or before the last part.
/// "actor" of "actor.0.weight" and of "actor.head.weight", "" of "2.weight" and of "head.weight".
std::string owner(const std::string& weight) {
  const std::string parts = *stem(weight, kWeight);
  std::string_view before;  // of these, with the '.' at its end
  for (std::size_t begin = 0; begin < parts.size();) {
    const std::size_t end = parts.find('.', begin) + 1;
    before = std::string_view(parts).substr(0, begin);
    const std::string_view part = std::string_view(parts).substr(begin, end - begin - 1);
    if (!part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; })) break;
    begin = end;
  }
  return std::string(before.substr(0, before.empty() ? 0 : before.size() - 1));
}

/// The end of a message about layers that do not follow one another, where they may belong to several networks.
std::string advice(const std::vector<LayerTensors>& layers) {
  std::map<std::string, std::vector<LayerTensors>> networks;
  for (const LayerTensors& layer : layers) networks[owner(layer.weight)].push_back(layer);
  std::vector<std::string> names;
  for (const auto& [name, own] : networks) {
    const std::vector<LayerSizes> sizes = sizes_of(own);
    if (first_break(sizes) && !only_order(sizes)) return "";
    names.push_back(quoted(name));
  }
  if (names.size() < 2) return "";
  constexpr std::size_t kMost = 4;
  const std::size_t count = names.size();
  if (count > kMost) {
    names.resize(kMost);
    names.emplace_back("...");
  }
  return fmt::format("; these may be {} networks, {}: save the state_dict() of one of them", count,
                     fmt::join(names, ", "));
}

}  // namespace

std::vector<LayerTensors> find_layers(const SafetensorsFile& file) {
  std::vector<LayerTensors> layers = layers_by_name(file);
  if (layers.empty()) {
    throw Error(fmt::format("{}: has no tensor NAME.weight [out, in] of a layer, only {}", file.source(),
                            all_names(file.tensors())));
  }
  const std::vector<LayerSizes> sizes = sizes_of(layers);
  const std::optional<std::size_t> apart = first_break(sizes);
  if (!apart) return layers;
  if (const auto order = only_order(sizes)) {
    std::vector<LayerTensors> sorted;
    sorted.reserve(layers.size());
    for (const std::size_t i : *order) sorted.push_back(layers[i]);
    return sorted;
  }
  const LayerTensors& before = layers[*apart - 1];
  throw Error(fmt::format("{}: {}, expected {} inputs, the outputs of {}{}", file.source(),
                          shape_of(file, layers[*apart].weight), before.outputs, quoted(before.weight),
                          advice(layers)));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
