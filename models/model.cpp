#include "models/model.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "framework/index.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void initialize_xavier(Graph& graph, std::uint64_t seed) {
  Random random(seed, Random::Stream::Initialisation);
  for (const Node& node : graph.nodes()) {
    if (!node.is_weighted()) continue;
    Tensor& weight = graph.parameters()[to_index(node.weight())];
    const double limit = std::sqrt(6.0 / (weight.shape().rows + weight.shape().cols));
    // Some columns at a time: the host may have no room for a second copy of a wide layer.
    const auto [rows, cols] = weight.shape();
    const int at_once = std::max(1, (1 << 16) / rows);
    std::vector<real> values;
    for (int first = 0; first < cols; first += at_once) {
      const MatrixView some = columns(weight.view(), first, std::min(at_once, cols - first));
      values.resize(some.size());
      for (real& value : values) value = static_cast<real>(random.uniform(-limit, limit));
      copy_to_device(values, some);
    }
    fill(graph.parameters()[to_index(node.bias())], 0);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
