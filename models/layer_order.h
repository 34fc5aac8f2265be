#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct LayerSizes {
  int inputs = 0;
  int outputs = 0;
};

/// The first layer, by index from 1, that does not take as many inputs as the layer before has outputs; nothing if all
/// layers follow one another.
std::optional<std::size_t> first_break(std::span<const LayerSizes> layers);

/// The only order, by index, in which all layers follow one another; nothing if there is none, or more than one. Takes
/// time of the order of n² to n³ for n layers.
std::optional<std::vector<std::size_t>> only_order(std::span<const LayerSizes> layers);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
