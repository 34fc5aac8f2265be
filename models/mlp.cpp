#include "models/mlp.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "framework/error.h"
#include "models/dsl.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kPaperNetworks{
    PaperNetwork{"cifar-10", "3072-1024-512-256-128-64-32-16-10"},
    PaperNetwork{"imagenet-10", "150528-1024-512-256-128-64-32-16-10"},
};

}  // namespace

std::span<const PaperNetwork> paper_networks() { return kPaperNetworks; }

Model mlp(std::span<const int> layers, const Op& activation, const Op& criterion) {
  if (layers.size() < 2) {
    throw UsageError(fmt::format("layers: {} size given, expected the input's and at least one more", layers.size()));
  }
  Model model;
  model.input = model.graph->input(layers.front());
  Expr h = model.input;
  for (const int features : layers.subspan(1, layers.size() - 2)) h = activation(dense(h, features));
  model.output = dense(h, layers.back());
  model.target = model.graph->input(layers.back());
  model.loss = criterion(model.output, model.target);
  return model;
}

std::vector<int> parse_layers(std::string_view text) {
  const auto network = std::ranges::find(kPaperNetworks, text, &PaperNetwork::name);
  const std::string_view sizes = network == kPaperNetworks.end() ? text : network->layers;
  std::vector<int> layers;
  const char* position = sizes.data();
  const char* const end = position + sizes.size();
  while (true) {
    int features = 0;
    const auto [stop, error] = std::from_chars(position, end, features);
    if (error != std::errc{} || features < 1 || (stop != end && *stop != '-')) break;
    layers.push_back(features);
    if (stop == end && layers.size() >= 2) return layers;
    if (stop == end) break;
    position = stop + 1;
  }
  throw UsageError(
      fmt::format("layers '{}': expected sizes such as 784-512-10, or a network by name: cifar-10, imagenet-10", text));
}

std::string format_layers(std::span<const int> layers) { return fmt::format("{}", fmt::join(layers, "-")); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
