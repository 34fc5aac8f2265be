#include <cmath>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "models/curvegraph.h"

/// Programs may write `using namespace curvegraph`, with what <cmath> and <cstdlib> put into the global namespace.

// NOLINTBEGIN(google-build-using-namespace)
using namespace curvegraph;
// NOLINTEND(google-build-using-namespace)

TEST(UsingNamespace, LeavesNoNameAmbiguous) {
  for (const Op* activation : {&identity, &sigmoid, &hyperbolic_tangent, &softplus, &silu, &gelu, &relu, &leaky_relu}) {
    const Model model = mlp({784, 512, 10}, *activation, softmax_cross_entropy);
    EXPECT_EQ(model.graph->parameters().size(), 4U);
  }
  for (const Op* criterion : {&bounded, &squared_error, &tukey_biweight, &sigmoid_cross_entropy}) {
    EXPECT_EQ(mlp({3, 2}, relu, *criterion).graph->parameters().size(), 2U);
  }
  const SecondOrderOptions options{.curvature = &gauss_newton, .solver = &weight_solver("kfi"), .momentum = 0.5};
  Network network({.layers = {2, 3, 1}, .activation = &hyperbolic_tangent, .task = Task::Regression});
  EXPECT_EQ(network.predict(std::vector<real>{1, 2}).size(), 1U) << options.momentum;
}
