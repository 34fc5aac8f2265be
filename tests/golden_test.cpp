#include "tests/support/golden.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "framework/linalg.h"
#include "ops/registry.h"
#include "second_order/curvature/curvature.h"
#include "second_order/curvature/layer_blocks.h"
#include "second_order/gauss_newton/line_derivatives.h"
#include "second_order/gauss_newton/output_jacobian.h"
#include "second_order/gauss_newton/parameter_vector.h"
#include "tests/support/matrices.h"

/// The library against what PyTorch's automatic differentiation says: golden/make_golden.py lists the quantities.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr double kTolerance = 1e-10;

template <class Check>
void for_each_golden(Check check) {
  for (const std::filesystem::path& path : golden_files()) {
    SCOPED_TRACE(path.filename().string());
    Golden golden(path);
    check(golden);
  }
}

/// max |found - expected| / max |expected|, or the difference itself where nothing but zero is expected.
double error(const Matrix& found, const Matrix& expected) {
  const bool zero = std::ranges::all_of(expected.values, [](real value) { return value == 0; });
  return zero ? max_difference(found, expected) : relative_error(found, expected);
}

/// The blocks of all layers for the batch that ran.
std::vector<Matrix> blocks(const Golden& golden, const Curvature& kind) {
  LayerBlocks propagation(golden.plan(), kind);
  EXPECT_TRUE(propagation.run().usable());
  std::vector<Matrix> found;
  for (const WeightedLayer& layer : propagation.layers()) found.push_back(from_view(propagation.block(layer)));
  return found;
}

void expect_blocks(const Golden& golden, const Curvature& kind, std::string_view name) {
  const std::vector<Matrix> found = blocks(golden, kind);
  ASSERT_EQ(found.size(), golden.depth());
  for (std::size_t t = 1; t <= golden.depth(); ++t) {
    EXPECT_LT(error(found[t - 1], golden.block(name, t)), kTolerance) << name << "." << t;
  }
}

/// The values of the file in a vector of all parameters.
ParameterVector vector_of(const Golden& golden, std::string_view name) {
  ParameterVector vector(golden.plan());
  for (std::size_t n = 0; n < golden.depth(); ++n) {
    for (const std::size_t kind : {0U, 1U}) {
      const Matrix values = golden.matrix(fmt::format("{}.{}.{}", name, n, kind == 0 ? "weight" : "bias"));
      copy_to_device(values.values, vector.of(static_cast<int>(2 * n + kind)));
    }
  }
  return vector;
}

TEST(Golden, FullGaussNewtonMatrixAndSecondDerivativesAlongAStep) {
  for_each_golden([](Golden& golden) {
    Plan& plan = golden.plan();
    const ParameterVector d = vector_of(golden, "direction");
    LineDerivatives line(plan);
    line.run(d, /*second=*/true);
    EXPECT_LT(error(transposed(from_view(line.second())), golden.matrix("bend")), kTolerance);
    if (!golden.has("product.0.weight")) return;  // the bounded criterion
    OutputJacobian jacobian(plan);
    jacobian.refresh();
    const Matrix expected = from_view(vector_of(golden, "product").all());
    // JᵀM(J d)/N, and by the matrix.
    Tensor along(line.first().shape());
    Tensor scaled(line.first().shape());
    jacobian.apply_factor(Transpose::Yes, line.first(), scaled);
    jacobian.apply_factor(Transpose::No, scaled, along);
    ParameterVector product(plan);
    jacobian.transposed_product(along, product);
    EXPECT_LT(error(from_view(product.all()), expected), kTolerance);
    Tensor matrix(product.size(), product.size());
    jacobian.normal_matrix(matrix);
    mirror_lower(matrix);
    gemv(1, matrix, Transpose::No, d.all(), 0, product.all());
    EXPECT_LT(error(from_view(product.all()), expected), kTolerance);
  });
}

TEST(Golden, HasEveryActivationAndCriterionAndDepth) {
  std::set<std::pair<std::string_view, std::string_view>> expected;
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) expected.emplace(activation->name, criterion->name);
  }
  std::set<std::size_t> depths;
  for_each_golden([&](const Golden& golden) {
    expected.erase({golden.metadata("activation"), golden.metadata("criterion")});
    depths.insert(golden.depth());
  });
  for (const auto& [activation, criterion] : expected) {
    ADD_FAILURE() << "no golden file for " << activation << " with " << criterion
                  << ": add a case to golden/networks.py";
  }
  for (std::size_t depth = 1; depth <= 6; ++depth) EXPECT_TRUE(depths.contains(depth)) << "depth " << depth;
}

TEST(Golden, LossAndGradients) {
  for_each_golden([](const Golden& golden) {
    EXPECT_LT(error(Matrix(1, 1, {golden.plan().mean_loss()}), golden.matrix("loss")), kTolerance);
    for (std::size_t n = 0; n < golden.depth(); ++n) {
      const int weight = static_cast<int>(2 * n);
      for (const auto& [name, parameter] : {std::pair("weight", weight), std::pair("bias", weight + 1)}) {
        const std::string gradient = fmt::format("gradient.{}.{}", n, name);
        EXPECT_LT(error(from_view(golden.plan().parameter_gradient(parameter)), golden.matrix(gradient)), kTolerance)
            << gradient;
      }
    }
  });
}

TEST(Golden, ExactBlocksAreTheHessianOfTheNetworkAsAWhole) {
  for_each_golden([](const Golden& golden) { expect_blocks(golden, exact, "exact"); });
}

TEST(Golden, ApproximateBlocks) {
  for_each_golden([](const Golden& golden) {
    expect_blocks(golden, pch_1, "pch_1");
    expect_blocks(golden, pch_2, "pch_2");
    expect_blocks(golden, fisher, "fisher");
    ASSERT_EQ(golden.has("gauss_newton.1"), golden.criterion().convex);
    if (golden.criterion().convex) expect_blocks(golden, gauss_newton, "gauss_newton");
  });
}

// Each sample by itself makes recursion (6) exact, so the mean over samples has to be the truth for any batch: of
// (4c), column-major ∂²ξ/∂W² = (h hᵀ) ⊗ H, and of Gauss-Newton's JᵀHJ.
TEST(Golden, SamplesByThemselvesGiveExactWeightAndGaussNewtonBlocks) {
  constexpr Curvature as_it_stands{.name = "as it stands", .description = "(6)"};
  constexpr Curvature without_residual{
      .name = "Gauss-Newton of any criterion", .description = "", .residual = Residual::Drop};
  int weights = 0;
  for_each_golden([&](Golden& golden) {
    std::vector<Matrix> weight_means(golden.depth());
    std::vector<Matrix> gauss_newton_means(golden.depth());
    const auto add = [&golden](Matrix& mean, const Matrix& term) {
      if (mean.values.empty()) mean = Matrix(term.rows, term.cols);
      mean = mean + 1.0 / golden.batch() * term;
    };
    for (int sample = 0; sample < golden.batch(); ++sample) {
      golden.run(sample, 1);
      const LayerBlocks layout(golden.plan(), as_it_stands);
      const std::vector<Matrix> hessian = blocks(golden, as_it_stands);
      const std::vector<Matrix> gauss_newton_blocks =
          blocks(golden, golden.criterion().convex ? gauss_newton : without_residual);
      for (std::size_t t = 0; t < golden.depth(); ++t) {
        const Matrix h = from_view(layout.input(layout.layers()[t]));
        add(weight_means[t], kronecker(product(h, transposed(h)), hessian[t]));
        add(gauss_newton_means[t], gauss_newton_blocks[t]);
      }
    }
    for (std::size_t t = 1; t <= golden.depth(); ++t) {
      EXPECT_LT(error(gauss_newton_means[t - 1], golden.block("exact_gauss_newton", t)), kTolerance) << "layer " << t;
      if (!golden.has(fmt::format("exact_weight.{}", t))) continue;
      EXPECT_LT(error(weight_means[t - 1], golden.block("exact_weight", t)), kTolerance) << "layer " << t;
      ++weights;
    }
  });
  EXPECT_GE(weights, 60);
}

// For one sample PCH changes nothing where there is no negative curvature to change, which the files say: the
// criterion's block and every residual above and at the layer.
TEST(Golden, PositiveCurvatureIsTheExactHessianWhereNothingIsNegative) {
  int without_residual = 0;
  int positive_residual = 0;
  for_each_golden([&](const Golden& golden) {
    if (golden.batch() != 1) return;
    const std::vector<double> values = eigen(golden.block("exact", golden.depth())).values;
    if (values.front() < -1e-12 * values.back()) return;
    const std::array found{blocks(golden, pch_1), blocks(golden, pch_2)};
    bool bends = false;
    for (std::size_t t = golden.depth(); t >= 1; --t) {
      if (t < golden.depth()) {
        const Matrix residual = golden.block("residual", t);
        if (std::ranges::min(residual.values) < 0) break;
        bends = bends || std::ranges::max(residual.values) > 0;
        ++(bends ? positive_residual : without_residual);
      }
      for (const std::vector<Matrix>& pch : found) {
        EXPECT_LT(error(pch[t - 1], golden.block("exact", t)), kTolerance) << "layer " << t;
        if (!bends) {
          EXPECT_LT(error(pch[t - 1], golden.block("exact_gauss_newton", t)), kTolerance) << "layer " << t;
        }
      }
    }
  });
  // Layers below the last one, so that both properties have been seen on what a recursion made.
  EXPECT_GE(without_residual, 5);
  EXPECT_GE(positive_residual, 4);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
