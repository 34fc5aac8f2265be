#include "models/model.h"

#include <cmath>
#include <vector>

#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void initialize_xavier(Graph& graph, std::uint64_t seed) {
  Random random(seed, Random::Stream::Initialisation);
  for (const Node& node : graph.nodes()) {
    if (node.op == nullptr || node.op->kind != Op::Kind::Weighted) continue;
    Tensor& weight = graph.parameters()[static_cast<std::size_t>(node.parameters[0])];
    const double limit = std::sqrt(6.0 / (weight.shape().rows + weight.shape().cols));
    std::vector<real> values(weight.size());
    for (real& value : values) value = static_cast<real>(random.uniform(-limit, limit));
    weight.assign(values);
    fill(graph.parameters()[static_cast<std::size_t>(node.parameters[1])], 0);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
