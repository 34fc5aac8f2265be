#include "models/layer_order.h"

#include <map>
#include <set>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Whether all layers that are not placed yet can follow, in some order, on a layer with `outputs` outputs. With sizes
/// as the places of a map and layers as one-way roads between them, this asks for a route over every road once. Euler:
/// there is one if the roads balance at each place, but for the route's ends, and if the route can reach every road.
bool can_follow(std::span<const LayerSizes> layers, const std::vector<bool>& placed, int outputs) {
  std::map<int, int> surplus;  // of roads out over roads in, by place
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (placed[i]) continue;
    ++surplus[layers[i].inputs];
    --surplus[layers[i].outputs];
  }
  for (const auto& [place, count] : surplus) {
    const bool balanced = count == 0 || count == (place == outputs ? 1 : -1);
    if (!balanced) return false;
  }
  std::set<int> reached{outputs};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (!placed[i] && reached.contains(layers[i].inputs)) reached.insert(layers[i].outputs);
    }
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!placed[i] && !reached.contains(layers[i].inputs)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> first_break(std::span<const LayerSizes> layers) {
  for (std::size_t i = 1; i < layers.size(); ++i) {
    if (layers[i].inputs != layers[i - 1].outputs) return i;
  }
  return std::nullopt;
}

std::optional<std::vector<std::size_t>> only_order(std::span<const LayerSizes> layers) {
  std::vector<bool> placed(layers.size());
  std::vector<std::size_t> order;
  while (order.size() < layers.size()) {
    // Every choice from which the rest can still be placed gives another order.
    std::optional<std::size_t> choice;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (placed[i] || (!order.empty() && layers[i].inputs != layers[order.back()].outputs)) continue;
      placed[i] = true;
      const bool possible = can_follow(layers, placed, layers[i].outputs);
      placed[i] = false;
      if (possible && choice) return std::nullopt;
      if (possible) choice = i;
    }
    if (!choice) return std::nullopt;
    placed[*choice] = true;
    order.push_back(*choice);
  }
  return order;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
