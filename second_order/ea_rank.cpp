#include "second_order/ea_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/mean_input.h"
#include "second_order/scale_columns.h"
#include "second_order/trace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// K - m 1ᵀ - 1 mᵀ + μ of a Gram matrix K, m the means of its columns and μ theirs: that of the centred samples. Less
/// `shift`/B of the constant matrix, which gives the constant vector an eigenvalue of -shift, below all others.
void center(ConstMatrixView gram, ConstMatrixView means, real mean, real shift, MatrixView centered) {
  const std::size_t n = static_cast<std::size_t>(gram.rows);
  const real constant = mean - shift / static_cast<real>(gram.rows);
  const real* K = gram.data;
  const real* m = means.data;
  real* out = centered.data;
  for_each_element(gram.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * n;
    out[i] = K[i] - m[row] - m[col] + constant;
  });
}

/// (B λ)^(-1/2), and 0 for the directions that no input has much more than rounding of: an eigenvalue is known to
/// rounding of the largest, and its direction's length with it.
void invert_roots(ConstMatrixView lambda, int batch, MatrixView roots) {
  const std::size_t r = lambda.size();
  const real largest = to_host_number({lambda.data + r - 1, 1, 1});
  const real floor = 32 * std::numeric_limits<real>::epsilon() * static_cast<real>(r) * largest;
  const real samples = static_cast<real>(batch);
  const real* values = lambda.data;
  real* out = roots.data;
  for_each_index(r, [=] CURVEGRAPH_DEVICE(std::size_t i) {
    out[i] = values[i] > floor ? 1 / std::sqrt(samples * values[i]) : real{0};
  });
}

SolveSummary eigenvectors(MatrixView a, MatrixView eigenvalues, Workspace& workspace) {
  if (const double square = squared_norm(a); !std::isfinite(square)) {
    return {.status = SolveStatus::NonFinite, .number = square};
  }
  if (const int info = syevd(a, eigenvalues, workspace); info != 0) {
    return {.status = SolveStatus::EigenFailure, .number = static_cast<double>(info)};
  }
  return {};
}

/// The columns of E.
SolveSummary choose_samples(ConstMatrixView gram, MatrixView E, Workspace& workspace) {
  const int batch = gram.rows;
  const int rank = E.cols;
  const real one = real{1} / static_cast<real>(batch);
  fill(columns(E, 0, 1), std::sqrt(one));
  if (rank == 1) return {};
  const MatrixView vectors = workspace.take(batch, batch);
  const MatrixView values = workspace.take(batch, 1);
  const MatrixView ones = workspace.take(batch, 1);
  const MatrixView means = workspace.take(batch, 1);
  fill(ones, 1);
  gemv(one, gram, Transpose::No, ones, 0, means);
  const real mean = one * dot(ones, means);
  const real shift = static_cast<real>(std::sqrt(squared_norm(gram)));
  center(gram, means, mean, shift, vectors);
  if (const SolveSummary found = eigenvectors(vectors, values, workspace); !found.usable()) return found;
  copy(columns(vectors, batch - rank + 1, rank - 1), columns(E, 1, rank - 1));
  return {};
}

}  // namespace

EaRank::EaRank(const SolverOptions& options) : options_(options.cg), rank_(std::min(options.rank, options.max_batch)) {
  if (options.rank < 1) throw UsageError(fmt::format("ea-cg: rank is {}, expected at least 1", options.rank));
  const int unknowns = options.weight.rows * rank_ + 1;
  right_side_ = Tensor(unknowns, 1);
  solution_ = Tensor(unknowns, 1);
  q_ = Tensor(options.weight.rows, options.max_batch);
}

SolveSummary EaRank::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const ConstMatrixView X = system.input;
  const int n = system.G.rows;
  const int batch = X.cols;
  const int r = std::min(rank_, batch);
  const real one = real{1} / static_cast<real>(batch);
  const auto part = [&](auto x) { return decltype(x){x.data, n, r}; };
  const auto rest = [&](auto x) { return decltype(x){x.data + Shape{n, r}.size(), 1, 1}; };
  const int unknowns = n * r + 1;
  const MatrixView right_side{right_side_.view().data, unknowns, 1};
  const MatrixView solution{solution_.view().data, unknowns, 1};

  const MatrixView gram = workspace.take(batch, batch);
  const MatrixView of_delta = workspace.take(batch, batch);
  const MatrixView E = workspace.take(batch, r);
  const MatrixView KE = workspace.take(batch, r);
  const MatrixView F = workspace.take(r, r);
  const MatrixView lambda = workspace.take(r, 1);
  const MatrixView roots = workspace.take(r, 1);
  const MatrixView C = workspace.take(batch, r);
  const MatrixView KC = workspace.take(batch, r);
  const MatrixView scratch = workspace.take(n, r);
  syrk(1, X, Transpose::Yes, gram);
  if (const SolveSummary chosen = choose_samples(gram, E, workspace); !chosen.usable()) return chosen;
  gemm(1, gram, Transpose::No, E, Transpose::No, 0, KE);
  symmetric_product(one, E, Transpose::Yes, KE, Transpose::No, 0, F);
  if (const SolveSummary found = eigenvectors(F, lambda, workspace); !found.usable()) return found;
  invert_roots(lambda, batch, roots);
  // V = X C and g V = δ K C/B
  gemm(1, E, Transpose::No, F, Transpose::No, 0, C);
  scale_columns(C, roots, C);
  gemm(1, KE, Transpose::No, F, Transpose::No, 0, KC);
  scale_columns(KC, roots, KC);
  gemm(-one, system.delta, Transpose::No, KC, Transpose::No, 0, part(right_side));

  syrk(one * one, system.delta, Transpose::Yes, of_delta);
  const real square = dot(of_delta, gram);
  const real along = static_cast<real>(squared_norm(part(right_side)));
  // As in EaCg: c is the same whatever ‖g⊥‖ is taken for, within rounding of the square.
  const real across = std::sqrt(std::max(square - along, std::numeric_limits<real>::epsilon() * square));
  fill(rest(right_side), -across);

  const real share = static_cast<real>(system.share);
  const real damping = static_cast<real>(system.damping);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    scale_columns(part(p), lambda, scratch);
    symm(share, system.G, scratch, damping, part(q));
    scal(damping, rest(q));
  };
  SolveSummary summary = conjugate_gradients(apply, right_side, solution, options_, workspace);
  if (!summary.usable()) return summary;

  const double slope = -inner_product(solution, right_side);
  const real c = across > 0 ? to_host_number(rest(solution)) / across : 0;
  const double largest = static_cast<double>(to_host_number({lambda.data + r - 1, 1, 1}));
  const double curvature = system.share * largest * trace(system.G) / n;
  if (lost_to_rounding(c, curvature, static_cast<double>(square), slope)) summary.status = SolveStatus::Inaccurate;
  // Q = c δ/B + (Z - c g V) Cᵀ; the right-hand side holds -g V
  const MatrixView Z = part(solution);
  axpy(c, part(right_side), Z);
  const MatrixView Q{q_.view().data, n, batch};
  copy(system.delta, Q);
  gemm(1, Z, Transpose::No, C, Transpose::Yes, c * one, Q);
  direction = {.u = Q, .v = X, .slope = slope};
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
