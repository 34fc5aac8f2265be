#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "framework/plan.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A small network with random parameters at a random batch, forward and backward done.
struct RandomNetwork {
  Model model;
  std::unique_ptr<Plan> plan;

  RandomNetwork(std::vector<int> layers, const Op& activation, const Op& criterion, int batch, std::uint64_t seed = 1,
                Plan::Buffers buffers = Plan::Buffers::ValuesAndGradients) {
    Random random(seed, Random::Stream::Test);
    model = mlp(layers, activation, criterion);
    for (Tensor& parameter : model.graph->parameters()) {
      parameter = to_tensor(random_matrix(random, parameter.shape().rows, parameter.shape().cols));
    }
    plan = std::make_unique<Plan>(*model.graph, model.loss, batch, buffers);
    const Matrix x = random_matrix(random, layers.front(), batch);
    Matrix t(layers.back(), batch);
    for (int col = 0; col < batch; ++col)
      t(static_cast<int>(random.below(static_cast<std::uint64_t>(t.rows))), col) = 1;
    copy_to_device(x.values, plan->input(model.input));
    copy_to_device(t.values, plan->input(model.target));
    run();
  }

  void run() const {
    plan->forward();
    plan->backward();
  }

  [[nodiscard]] Tensor& parameter(int index) const {
    return model.graph->parameters()[static_cast<std::size_t>(index)];
  }
};

/// The Hessian of the mean loss in the entries of one parameter (column-major), by central differences of its gradient.
inline Matrix hessian_by_differences(RandomNetwork& network, int parameter, double step = 1e-5) {
  Tensor& tensor = network.parameter(parameter);
  const std::vector<real> origin = tensor.to_host();
  const int n = static_cast<int>(origin.size());
  Matrix hessian(n, n);
  for (int col = 0; col < n; ++col) {
    const auto gradient = [&](double offset) {
      std::vector<real> moved = origin;
      moved[static_cast<std::size_t>(col)] += static_cast<real>(offset);
      tensor.assign(moved);
      network.run();
      return to_host(network.plan->parameter_gradient(parameter));
    };
    const std::vector<real> above = gradient(step);
    const std::vector<real> below = gradient(-step);
    for (int row = 0; row < n; ++row) {
      const std::size_t i = static_cast<std::size_t>(row);
      hessian(row, col) = static_cast<real>(static_cast<double>(above[i] - below[i]) / (2 * step));
    }
  }
  tensor.assign(origin);
  network.run();
  return hessian;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
