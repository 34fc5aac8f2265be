#include "tools/bench/products.h"

#include <numeric>

#include "framework/optimizers/weight_average.h"
#include "tools/bench/solver_products.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// δ δᵀ
ProductShape delta_moment(const LayerWork& layer) {
  return {.transpose_b = Transpose::Yes, .rows = layer.n, .cols = layer.n, .inner = layer.batch};
}

void add_backward(const ProductList& list, Phase phase, const LayerWork& layer, double count) {
  if (layer.number == 1) return;
  list.add(phase, layer, {.transpose_a = Transpose::Yes, .rows = layer.m, .cols = layer.batch, .inner = layer.n},
           count);
}

/// From G of the layer to that of the layer below, of that many samples; `count` times.
void add_recursion(const ProductList& list, const LayerWork& layer, int samples, double count) {
  if (layer.number == 1) return;
  const int n = layer.n;
  const int m = layer.m;
  const double products = count * layer.new_products;
  list.add(Phase::Propagation, layer, {.rows = n, .cols = m, .inner = n}, products);
  list.add(Phase::Propagation, layer, {.transpose_a = Transpose::Yes, .rows = m, .cols = m, .inner = n},
           products * kHalf);
  list.add(Phase::Propagation, layer, {.transpose_b = Transpose::Yes, .rows = m, .cols = m, .inner = samples},
           count * kHalf);
}

void add_propagation(const ProductList& list, const Curvature& curvature, const LayerWork& layer, double count) {
  switch (curvature.method) {
    case Curvature::Method::Recursion:
      add_recursion(list, layer, layer.batch, count);
      return;
    case Curvature::Method::RecursionPerSample:
      add_recursion(list, layer, 1, count * layer.batch);
      return;
    case Curvature::Method::SampledGradientMoment:
      add_backward(list, Phase::Propagation, layer, count);
      [[fallthrough]];
    case Curvature::Method::GradientMoment:
      list.add(Phase::Propagation, layer, delta_moment(layer), count * kHalf);
      return;
  }
}

// Adaptive damping: W h of the new parameters less z, G times that, and a forward pass.
void add_measurement(const ProductList& list, const LayerWork& layer, double count) {
  list.add(Phase::Update, layer, {.rows = layer.n, .cols = layer.batch, .inner = layer.m}, 2 * count);
  list.add(Phase::Update, layer, {.rows = layer.n, .cols = layer.batch, .inner = layer.n}, count);
}

int product_period(std::span<const int> layers, int batch, const OptimizerOptions& optimizer, std::size_t t) {
  return static_cast<int>(Recursion::product_period(layers[t], layers[t - 1], batch, optimizer.product_share));
}

}  // namespace

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::Forward:
      return "forward";
    case Phase::Backward:
      return "backward";
    case Phase::Propagation:
      return "propagation";
    case Phase::Solve:
      return "solve";
    case Phase::Update:
      return "update";
  }
  return "";
}

bool guarded(const OptimizerOptions& optimizer) {
  return optimizer.kind->second_order && optimizer.trust_region > 0 && optimizer.average_weights > 0;
}

int period(std::span<const int> layers, int batch, const OptimizerOptions& optimizer) {
  if (!optimizer.kind->second_order) return 1;
  int steps = 1;
  if (optimizer.curvature->method == Curvature::Method::Recursion) {
    for (std::size_t t = 2; t < layers.size(); ++t)
      steps = std::lcm(steps, product_period(layers, batch, optimizer, t));
  }
  steps *= optimizer.curvature_every;
  if (optimizer.damping.kind == DampingKind::Adaptive) steps = std::lcm(steps, optimizer.damping.every);
  return guarded(optimizer) ? std::lcm(steps, WeightAverage::kSparse) : steps;
}

std::vector<Product> step_products(std::span<const int> layers, int batch, const OptimizerOptions& optimizer,
                                   std::span<const double> iterations) {
  std::vector<Product> products;
  const ProductList list(products);
  const bool averaged = optimizer.averaging > 0 && optimizer.solver->takes_moment &&
                        std::ranges::max(layers.first(layers.size() - 1)) <= optimizer.average_inputs;
  for (std::size_t t = 1; t < layers.size(); ++t) {
    LayerWork layer{.number = static_cast<int>(t), .n = layers[t], .m = layers[t - 1], .batch = batch};
    list.add(Phase::Forward, layer, {.rows = layer.n, .cols = batch, .inner = layer.m});
    add_backward(list, Phase::Backward, layer, 1);
    if (!optimizer.kind->second_order) {
      list.add(Phase::Update, layer, gradient(layer));
      continue;
    }
    layer.iterations = iterations[t - 1];
    layer.new_blocks = 1.0 / optimizer.curvature_every;
    if (optimizer.curvature->method == Curvature::Method::Recursion) {
      layer.new_products = 1.0 / product_period(layers, batch, optimizer, t);
    }
    layer.rank = optimizer.rank;
    layer.joined = optimizer.solver->joins_bias;
    layer.averaged = averaged;
    add_propagation(list, *optimizer.curvature, layer, layer.new_blocks);
    if (layer.averaged) list.add(Phase::Propagation, layer, second_moment(layer), kHalf * layer.new_blocks);
    add_solver(list, *optimizer.solver, layer);
    if (optimizer.damping.kind == DampingKind::Adaptive) {
      add_measurement(list, layer, 1.0 / optimizer.damping.every);
    } else if (guarded(optimizer) && optimizer.momentum == 0) {  // a forward pass after the step
      list.add(Phase::Update, layer, {.rows = layer.n, .cols = batch, .inner = layer.m}, 1.0 / WeightAverage::kSparse);
    }
  }
  return products;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
