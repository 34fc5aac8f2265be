#include "tools/check/random_model.h"

#include <numeric>
#include <vector>

#include "framework/index.h"
#include "framework/random.h"
#include "models/model_check.h"
#include "tools/check/random_points.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The most draws of a sample. In a network with many kinks, some samples can still be near a kink after these.
constexpr int kDraws = 50;

}  // namespace

void randomize(Model& model, Plan& plan, std::uint64_t seed) {
  Random random(seed, Random::Stream::Test);
  initialize_xavier(*model.graph, seed);
  for (const Node& node : model.graph->nodes()) {
    if (!node.is_weighted()) continue;
    Tensor& bias = model.graph->parameters()[to_index(node.bias())];
    copy(random_tensor(random, bias.shape(), -0.5, 0.5), bias);
  }
  const MatrixView x = plan.input(model.input);
  const MatrixView t = plan.input(model.target);
  const auto kinds = targets_of(*model.graph->nodes()[to_index(model.loss.index)].op);
  std::vector<int> samples(to_index(plan.batch()));
  std::iota(samples.begin(), samples.end(), 0);
  for (int draw = 0; draw < kDraws && !samples.empty(); ++draw) {
    for (const int sample : samples) {
      const Targets kind = kinds[to_index(sample) % kinds.size()];
      copy(random_tensor(random, {x.rows, 1}, -1, 1), columns(x, sample, 1));
      copy(random_targets(random, {t.rows, 1}, kind), columns(t, sample, 1));
    }
    plan.forward();
    samples = samples_near_kinks(plan);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
