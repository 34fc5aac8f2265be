#pragma once

#include "framework/batch_mean.h"
#include "framework/kernel.h"
#include "framework/workspace.h"
#include "ops/criterion.h"

/// The family of criteria C = Σᵢ ρ(rᵢ), r = outputs - targets. A member gives ρ, ρ', ρ'' as static f, df, d2f of r, and
/// says whether it is convex.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

template <class Rho>
struct SeparableCriterion {
  // y = Σᵢ ρ(rᵢ)
  static void forward(const ForwardArgs& args) {
    const std::size_t rows = static_cast<std::size_t>(args.x[0].rows);
    for_each_index(args.y.size(), [h = args.x[0].data, t = args.x[1].data, y = args.y.data,
                                   rows] CURVEGRAPH_DEVICE(std::size_t sample) {
      real sum = 0;
      for (std::size_t i = sample * rows; i < (sample + 1) * rows; ++i) sum += Rho::f(h[i] - t[i]);
      y[sample] = sum;
    });
  }

  // dx += dy ρ'(r)
  static void backward(const BackwardArgs& args) {
    if (!args.dx[0]) return;
    const std::size_t rows = static_cast<std::size_t>(args.x[0].rows);
    for_each_index(args.dx[0].size(),
                   [h = args.x[0].data, t = args.x[1].data, dy = args.dy.data, dx = args.dx[0].data,
                    rows] CURVEGRAPH_DEVICE(std::size_t i) { dx[i] += dy[i / rows] * Rho::df(h[i] - t[i]); });
  }

  // E[dy ∂²y/∂x²] = diag(E[dy ρ''(r)])
  static void curvature_backward(const CurvatureArgs& args) {
    const ConstMatrixView x = args.x[0];
    const std::size_t rows = static_cast<std::size_t>(x.rows);
    const MatrixView bends = args.workspace.take(x.rows, x.cols);
    const MatrixView diagonal = args.workspace.take(x.rows, 1);
    for_each_index(x.size(),
                   [h = x.data, t = args.x[1].data, dy = args.dy.data, out = bends.data,
                    rows] CURVEGRAPH_DEVICE(std::size_t i) { out[i] = dy[i / rows] * Rho::d2f(h[i] - t[i]); });
    fill(diagonal, 0);
    add_batch_mean(bends, diagonal, args.workspace);
    for_each_index(rows, [from = diagonal.data, block = args.block[0].data, rows] CURVEGRAPH_DEVICE(std::size_t i) {
      block[i * (rows + 1)] += from[i];
    });
  }
};

template <class Rho>
constexpr Op separable_criterion(std::string_view name) {
  return criterion_op<SeparableCriterion<Rho>>(name, Rho::convex);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
