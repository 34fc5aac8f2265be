#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "framework/batch_mean.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/random.h"
#include "framework/workspace.h"
#include "ops/criterion.h"

/// The family of criteria C = Σᵢ ρ(hᵢ, tᵢ), one term for each output and its target. A member gives ρ, ∂ρ/∂h, ∂²ρ/∂h²
/// as static f, df, d2f of (h, t). It draws a target as draw(h, u), where u = noise(random). It says whether ρ is
/// convex in h, and what its targets are.
///
/// OfResidual makes a member from a function of the residual r = h - t alone, see residual_criterion().

namespace curvegraph::inline CURVEGRAPH_PRECISION {

template <class Rho>
struct SeparableCriterion {
  // y = Σᵢ ρ(hᵢ, tᵢ)
  static void forward(const ForwardArgs& args) {
    const std::size_t rows = to_index(args.x[0].rows);
    const real* h = args.x[0].data;
    const real* t = args.x[1].data;
    real* y = args.y.data;
    for_each_column(args.x[0].shape(), [=] CURVEGRAPH_DEVICE(std::size_t sample) {
      real sum = 0;
      for (std::size_t i = sample * rows; i < (sample + 1) * rows; ++i) sum += Rho::f(h[i], t[i]);
      y[sample] = sum;
    });
  }

  // dx += dy ∂ρ/∂h
  static void backward(const BackwardArgs& args) {
    if (!args.dx[0]) return;
    const std::size_t rows = to_index(args.x[0].rows);
    const real* h = args.x[0].data;
    const real* t = args.x[1].data;
    const real* dy = args.dy.data;
    real* dx = args.dx[0].data;
    for_each_element(args.dx[0].shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t sample) {
      const std::size_t i = row + sample * rows;
      dx[i] += dy[sample] * Rho::df(h[i], t[i]);
    });
  }

  // E[dy ∂²y/∂x²] = diag(E[dy ∂²ρ/∂h²])
  static void curvature_backward(const CurvatureArgs& args) {
    const Shape shape = args.x[0].shape();
    const std::size_t rows = to_index(shape.rows);
    const real* h = args.x[0].data;
    const real* t = args.x[1].data;
    const real* dy = args.dy.data;

    const MatrixView bends = args.workspace.take(shape.rows, shape.cols);
    const MatrixView mean = args.workspace.take(shape.rows, 1);
    real* bend = bends.data;
    for_each_element(shape, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t sample) {
      const std::size_t i = row + sample * rows;
      bend[i] = dy[sample] * Rho::d2f(h[i], t[i]);
    });
    fill(mean, 0);
    BatchMean(bends).add(bends, mean, args.workspace);
    const real* diagonal = mean.data;
    real* block = args.block[0].data;
    for_each_index(rows, [=] CURVEGRAPH_DEVICE(std::size_t i) { block[i * (rows + 1)] += diagonal[i]; });
  }

  // S = diag(√ρ''), r = ρ'/√ρ'' where ρ'' > 0; elsewhere no curvature, and ρ' is the rest
  static void factor_hessian(const FactorArgs& args) {
    const std::size_t n = to_index(args.x.rows);
    const real* h = args.x.data;
    const real* t = args.t.data;
    real* s = args.S.data;
    real* r = args.r.data;
    real* rest = args.rest.data;
    // Where ρ'' is smaller, the square of r may overflow.
    const real least = std::numeric_limits<real>::epsilon() * std::numeric_limits<real>::epsilon();
    fill(args.S, 0);
    for_each_element(args.x.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t sample) {
      const std::size_t i = row + sample * n;
      const real slope = Rho::df(h[i], t[i]);
      const real bend = Rho::d2f(h[i], t[i]);
      const bool curved = bend > least;
      const real root = std::sqrt(curved ? bend : 0);
      s[row + i * n] = root;
      r[i] = curved ? slope / root : 0;
      rest[i] = curved ? 0 : slope;
    });
  }

  // tᵢ = draw(hᵢ, uᵢ), each independently
  static void draw_targets(const DrawArgs& args) {
    const std::span<real> noise = args.workspace.host(args.t.size());
    for (real& value : noise) value = static_cast<real>(Rho::noise(args.random));
    copy_to_device(noise, args.t);
    const real* h = args.x.data;
    real* t = args.t.data;
    for_each_index(args.t.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { t[i] = Rho::draw(h[i], t[i]); });
  }
};

template <class Rho>
constexpr Op separable_criterion(std::string_view name) {
  return criterion_op<SeparableCriterion<Rho>>(name, Rho::convex, Rho::targets);
}

/// ρ(h, t) = ρ(r), r = h - t. A member gives ρ, ρ', ρ'' as static f, df, d2f of r, and says whether it is convex.
template <class Rho>
struct OfResidual {
  static constexpr bool convex = Rho::convex;
  static constexpr Op::Targets targets = Op::Targets::Numbers;
  static CURVEGRAPH_DEVICE real f(real h, real t) { return Rho::f(h - t); }
  static CURVEGRAPH_DEVICE real df(real h, real t) { return Rho::df(h - t); }
  static CURVEGRAPH_DEVICE real d2f(real h, real t) { return Rho::d2f(h - t); }

  // Targets are standard normal around the output. ρ = r²/2 is the negative log-likelihood of this distribution, up to
  // a constant, and every member is close to r²/2 near r = 0.
  static double noise(Random& random) { return random.normal(); }
  static CURVEGRAPH_DEVICE real draw(real h, real noise) { return h + noise; }
};

template <class Rho>
constexpr Op residual_criterion(std::string_view name) {
  return separable_criterion<OfResidual<Rho>>(name);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
