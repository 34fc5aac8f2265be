#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "framework/batch_mean.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/random.h"
#include "framework/workspace.h"
#include "ops/criterion.h"

/// The family of criteria C = φ(ℓ) of the log-probability ℓ = Σⱼ tⱼ log pⱼ that p = softmax(outputs) gives the target;
/// columns of t sum to one (one-hot for labels). A member gives φ, φ', φ'' as static f, df, d2f of ℓ ≤ 0, and says
/// whether C is convex in the outputs.
///
///   ∇ℓ = t - p,   ∇²ℓ = -(diag(p) - p pᵀ)
///   ∇C = φ' (t - p),   ∇²C = φ'' (t - p)(t - p)ᵀ - φ' (diag(p) - p pᵀ)

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Softmax of one column of n outputs. Computes relative to the largest output, and 1 - pᵢ without cancellation, so
/// that gradients keep their relative accuracy even if a probability is rounded to 1.
class SoftmaxColumn {
 public:
  CURVEGRAPH_DEVICE SoftmaxColumn(const real* h, std::size_t n) : h_(h) {
    for (std::size_t i = 1; i < n; ++i) {
      if (h[i] > h[largest_]) largest_ = i;
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (i != largest_) rest_ += weight(i);
    }
  }

  /// log pᵢ
  [[nodiscard]] CURVEGRAPH_DEVICE real log_p(std::size_t i) const { return h_[i] - h_[largest_] - std::log1p(rest_); }
  [[nodiscard]] CURVEGRAPH_DEVICE real p(std::size_t i) const { return weight(i) / (1 + rest_); }
  /// √pᵢ, kept away from 0 so that its inverse is finite.
  [[nodiscard]] CURVEGRAPH_DEVICE real root_p(std::size_t i) const {
    constexpr real kLeast =
        std::numeric_limits<real>::min_exponent10 < -100 ? real(-230) : real(-30);  // e⁻²³⁰ = 1e-100
    const real half = log_p(i) / 2;
    return std::exp(half > kLeast ? half : kLeast);
  }
  /// tᵢ - pᵢ = tᵢ (1 - pᵢ) - (1 - tᵢ) pᵢ
  [[nodiscard]] CURVEGRAPH_DEVICE real excess(std::size_t i, real t) const {
    const real others = i == largest_ ? rest_ : 1 + rest_ - weight(i);
    return (t * others - (1 - t) * weight(i)) / (1 + rest_);
  }

 private:
  [[nodiscard]] CURVEGRAPH_DEVICE real weight(std::size_t i) const { return std::exp(h_[i] - h_[largest_]); }

  const real* h_;
  std::size_t largest_ = 0;
  real rest_ = 0;  // Σ e^(hᵢ - hₘ) over all but the largest
};

template <class Phi>
struct SoftmaxCriterion {
  // ℓ = Σⱼ tⱼ log pⱼ; a class with tⱼ = 0 does not count, even if pⱼ is 0
  static CURVEGRAPH_DEVICE real log_likelihood(const SoftmaxColumn& softmax, const real* t, std::size_t n) {
    real sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (t[j] != 0) sum += t[j] * softmax.log_p(j);
    }
    return sum;
  }

  // y = φ(ℓ)
  static void forward(const ForwardArgs& args) {
    const std::size_t n = to_index(args.x[0].rows);
    const real* h = args.x[0].data;
    const real* t = args.x[1].data;
    real* y = args.y.data;
    for_each_column(args.x[0].shape(), [=] CURVEGRAPH_DEVICE(std::size_t sample) {
      const SoftmaxColumn softmax(h + sample * n, n);
      y[sample] = Phi::f(log_likelihood(softmax, t + sample * n, n));
    });
  }

  // dx += dy φ' (t - p)
  static void backward(const BackwardArgs& args) {
    if (!args.dx[0]) return;
    const std::size_t n = to_index(args.x[0].rows);
    const real* h = args.x[0].data;
    const real* t = args.x[1].data;
    const real* dy = args.dy.data;
    real* dx = args.dx[0].data;
    for_each_column(args.x[0].shape(), [=] CURVEGRAPH_DEVICE(std::size_t sample) {
      const std::size_t first = sample * n;
      const SoftmaxColumn softmax(h + first, n);
      const real factor = dy[sample] * Phi::df(log_likelihood(softmax, t + first, n));
      for (std::size_t i = 0; i < n; ++i) dx[first + i] += factor * softmax.excess(i, t[first + i]);
    });
  }

  // The entries off the diagonal are E[dy (φ'' (t - p)(t - p)ᵀ + φ' p pᵀ)]. The rows of every ∇²C sum to zero, because
  // adding a constant to all outputs changes nothing. So a diagonal entry is minus the sum of the other entries in its
  // row. This is exact, and avoids the cancellation in p - p² of a saturated softmax.
  static void curvature_backward(const CurvatureArgs& args) {
    const Shape shape = args.x[0].shape();
    const std::size_t n = to_index(shape.rows);
    const std::size_t batch = to_index(shape.cols);
    const real* h = args.x[0].data;
    const real* t = args.x[1].data;
    const real* dy = args.dy.data;

    // Columns [t - p, p], once as they are and once scaled by dy φ'' and dy φ'.
    const MatrixView plain = args.workspace.take(shape.rows, 2 * shape.cols);
    const MatrixView scaled = args.workspace.take(shape.rows, 2 * shape.cols);
    const MatrixView product = args.workspace.take(shape.rows, shape.rows);
    real* excess = plain.data;
    real* p = plain.data + n * batch;
    real* scaled_excess = scaled.data;
    real* scaled_p = scaled.data + n * batch;
    for_each_column(shape, [=] CURVEGRAPH_DEVICE(std::size_t sample) {
      const std::size_t first = sample * n;
      const SoftmaxColumn softmax(h + first, n);
      const real l = log_likelihood(softmax, t + first, n);
      const real outer = dy[sample] * Phi::d2f(l);
      const real inner = dy[sample] * Phi::df(l);
      for (std::size_t row = 0; row < n; ++row) {
        const std::size_t i = first + row;
        excess[i] = softmax.excess(row, t[i]);
        p[i] = softmax.p(row);
        scaled_excess[i] = outer * excess[i];
        scaled_p[i] = inner * p[i];
      }
    });
    gemm(BatchMean(shape.cols).weight(), scaled, Transpose::No, plain, Transpose::Yes, 0, product);

    const real* m = product.data;
    real* block = args.block[0].data;
    for_each_column(product.shape(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
      real sum = 0;
      for (std::size_t j = 0; j < n; ++j) {
        if (j == i) continue;
        const real entry = (m[i + j * n] + m[j + i * n]) / 2;
        block[i + j * n] += entry;
        sum += entry;
      }
      block[i * (n + 1)] -= sum;
    });
  }

  // With R = diag(√p) - p √pᵀ and u = (t - p)/√p there are R Rᵀ = diag(p) - p pᵀ and R u = t - p. So
  //
  //   ∇²C = R (a I + b u uᵀ) Rᵀ,   ∇C = -a R u,   a = -φ' ≥ 0,   b = φ''
  //
  // The middle matrix has the eigenvalue a + b ‖u‖² along u, else a. With μ = max(a + b ‖u‖², 0):
  //
  //   S = R (√a I + (√μ - √a) u uᵀ/‖u‖²),   r = -a u/√μ; where μ = 0 all of ∇C is the rest
  static void factor_hessian(const FactorArgs& args) {
    const std::size_t n = to_index(args.x.rows);
    const real* h = args.x.data;
    const real* t = args.t.data;
    real* s = args.S.data;
    real* r = args.r.data;
    real* rest = args.rest.data;
    const real least = std::numeric_limits<real>::epsilon();
    for_each_column(args.x.shape(), [=] CURVEGRAPH_DEVICE(std::size_t sample) {
      const std::size_t first = sample * n;
      const SoftmaxColumn softmax(h + first, n);
      const real l = log_likelihood(softmax, t + first, n);
      const real a = -Phi::df(l);
      real* u = r + first;
      real squares = 0;
      for (std::size_t i = 0; i < n; ++i) {
        u[i] = softmax.excess(i, t[first + i]) / softmax.root_p(i);
        squares += u[i] * u[i];
      }
      const real along = a + Phi::d2f(l) * squares;
      const bool curved = along > least * a;
      const real root = std::sqrt(a);
      const real root_along = std::sqrt(curved ? along : 0);
      const real bend = squares > 0 ? (root_along - root) / squares : 0;
      // Column k of S: √a R eₖ + bend uₖ R u
      for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t i = 0; i < n; ++i) {
          const real entry = (i == k ? softmax.root_p(i) : 0) - softmax.p(i) * softmax.root_p(k);
          s[i + (first + k) * n] = root * entry + bend * u[k] * softmax.excess(i, t[first + i]);
        }
      }
      for (std::size_t i = 0; i < n; ++i) {
        rest[first + i] = curved ? 0 : -a * softmax.excess(i, t[first + i]);
        u[i] = curved ? -a / root_along * u[i] : 0;
      }
    });
  }

  // t is the one-hot column of class i with probability pᵢ: i is the first class whose cumulative probability exceeds a
  // uniform random number.
  static void draw_targets(const DrawArgs& args) {
    const std::size_t n = to_index(args.x.rows);
    const std::span<real> drawn = args.workspace.host(to_index(args.x.cols));
    for (real& u : drawn) u = static_cast<real>(args.random.uniform());
    const MatrixView uniform = args.workspace.take(1, args.x.cols);
    copy_to_device(drawn, uniform);
    const real* u = uniform.data;
    const real* h = args.x.data;
    real* t = args.t.data;
    for_each_column(args.x.shape(), [=] CURVEGRAPH_DEVICE(std::size_t sample) {
      const std::size_t first = sample * n;
      const SoftmaxColumn softmax(h + first, n);
      std::size_t chosen = 0;
      for (real below = softmax.p(0); below <= u[sample] && chosen + 1 < n; below += softmax.p(chosen)) ++chosen;
      for (std::size_t i = 0; i < n; ++i) t[first + i] = i == chosen ? 1 : 0;
    });
  }
};

template <class Phi>
constexpr Op softmax_criterion(std::string_view name) {
  return criterion_op<SoftmaxCriterion<Phi>>(name, Phi::convex, Op::Targets::Distributions);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
