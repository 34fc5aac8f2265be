#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include <curvegraph/curvegraph.h>

namespace cg = curvegraph;

int main() {
  std::vector<cg::real> x;
  std::vector<cg::real> y;
  for (int i = 0; i < 200; ++i) {
    x.push_back(cg::real(-1 + 2 * i / 199.0));
    y.push_back(std::exp(x.back()));
  }
  cg::Network network({.layers = {1, 10, 1}, .activation = &cg::hyperbolic_tangent, .task = cg::Task::Regression});
  cg::FitOptions options{.epochs = 300, .batch_size = 0};  // one batch of all samples
  options.optimizer = [](cg::Plan& plan) { return std::make_unique<cg::LevenbergMarquardt>(plan); };
  const cg::FitResult result = cg::fit(network, cg::regression_data(x, 1, y), options);
  std::printf("rmse %.1e after %d steps; %s\n", std::sqrt(result.train.squared_error), result.epochs,
              result.message.c_str());
}
