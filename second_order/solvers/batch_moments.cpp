#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/solvers/input_moment.h"
#include "second_order/solvers/row_space.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

real last_of(ConstMatrixView values) { return to_host_number({values.data + values.size() - 1, 1, 1}); }

/// K - m 1ᵀ - 1 mᵀ + μ of a Gram matrix K, m the means of its columns and μ theirs: that of the centred samples. Less
/// `shift`/B of the constant matrix, which gives the constant vector an eigenvalue of -shift, below all others.
void center(ConstMatrixView gram, ConstMatrixView means, real mean, real shift, MatrixView centered) {
  const std::size_t n = to_index(gram.rows);
  const real constant = mean - shift / static_cast<real>(gram.rows);
  const real* K = gram.data;
  const real* m = means.data;
  real* out = centered.data;
  for_each_element(gram.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * n;
    out[i] = K[i] - m[row] - m[col] + constant;
  });
}

/// The columns of E: the constant vector, then the principal directions of the centred samples.
SolveSummary choose_samples(ConstMatrixView gram, MatrixView E, Workspace& workspace) {
  const int batch = gram.rows;
  const int rank = E.cols;
  const real one = BatchMean(batch).weight();
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

/// (B λ)^(-1/2), and 0 for the directions that no input has much more than rounding of: an eigenvalue is known to
/// rounding of the largest, and its direction's length with it.
void invert_roots(ConstMatrixView lambda, int batch, MatrixView roots) {
  const real floor = 32 * std::numeric_limits<real>::epsilon() * static_cast<real>(lambda.size()) * last_of(lambda);
  const real samples = static_cast<real>(batch);
  const real* values = lambda.data;
  real* out = roots.data;
  for_each_index(lambda.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    out[i] = values[i] > floor ? 1 / std::sqrt(samples * values[i]) : real{0};
  });
}

/// λ is raised to rounding of the largest, below which an eigenvalue is not known, and N^(1/2), N^(-1/2) made of it,
/// with N = `squares` Λ, or 1 where that is 0. A direction of V that is then shorter than 1 carries a coordinate that
/// much longer: their product stays exact.
void prepare_spectrum(MatrixView lambda, real squares, MatrixView root, MatrixView inverse_root) {
  constexpr real kEpsilon = std::numeric_limits<real>::epsilon();
  constexpr real kLeast = std::numeric_limits<real>::min() / std::numeric_limits<real>::epsilon();
  real* values = lambda.data;
  real* up = root.data;
  real* down = inverse_root.data;
  const real floor = std::max(kEpsilon * last_of(lambda), kLeast);
  for_each_index(lambda.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    if (values[i] < floor) values[i] = floor;
    up[i] = squares > 0 ? std::sqrt(squares * values[i]) : real{1};
    down[i] = 1 / up[i];
  });
}

}  // namespace

PrincipalMoment::PrincipalMoment(const SolverOptions& options)
    : rank_(std::min(options.rank, options.max_batch)), q_(options.weight.rows, options.max_batch) {
  if (options.rank < 1) throw UsageError(fmt::format("ea-cg: rank is {}, expected at least 1", options.rank));
}

real PrincipalMoment::largest() const { return last_of(lambda_); }

SolveSummary PrincipalMoment::prepare(const WeightSystem& system, Workspace& workspace) {
  const int batch = system.input.cols;
  const int r = std::min(rank_, batch);
  gram_ = workspace.take(batch, batch);
  C_ = workspace.take(batch, r);
  KC_ = workspace.take(batch, r);
  lambda_ = workspace.take(r, 1);
  const MatrixView E = workspace.take(batch, r);
  const MatrixView KE = workspace.take(batch, r);
  const MatrixView F = workspace.take(r, r);
  const MatrixView roots = workspace.take(r, 1);
  syrk(1, system.input, Transpose::Yes, gram_);
  if (const SolveSummary chosen = choose_samples(gram_, E, workspace); !chosen.usable()) return chosen;
  gemm(1, gram_, Transpose::No, E, Transpose::No, 0, KE);
  symmetric_product(BatchMean(batch).weight(), E, Transpose::Yes, KE, Transpose::No, 0, F);
  if (const SolveSummary found = eigenvectors(F, lambda_, workspace); !found.usable()) return found;
  invert_roots(lambda_, batch, roots);
  gemm(1, E, Transpose::No, F, Transpose::No, 0, C_);
  scale_columns(C_, roots, C_);
  gemm(1, KE, Transpose::No, F, Transpose::No, 0, KC_);
  scale_columns(KC_, roots, KC_);
  return {};
}

// g V = δ K C/B, ‖g‖² = Σ (δᵀδ ⊙ K)/B²
InputMoment::GradientSize PrincipalMoment::split(const WeightSystem& system, MatrixView along, Workspace& workspace) {
  const int batch = system.input.cols;
  const real one = BatchMean(batch).weight();
  gemm(-one, system.delta, Transpose::No, KC_, Transpose::No, 0, along);
  const MatrixView of_delta = workspace.take(batch, batch);
  syrk(one * one, system.delta, Transpose::Yes, of_delta);
  const real square = dot(of_delta, gram_);
  const real of_along = static_cast<real>(squared_norm(along));
  const real floor = std::numeric_limits<real>::epsilon() * square;  // as in MeanMoment
  return {.square = square, .across = std::sqrt(std::max(square - of_along, floor))};
}

// Q = c δ/B + Y Cᵀ
Direction PrincipalMoment::combine(real c, const WeightSystem& system, ConstMatrixView Y, Workspace& /*workspace*/) {
  const int batch = system.input.cols;
  const MatrixView q{q_.view().data, system.delta.rows, batch};
  copy(system.delta, q);
  gemm(1, Y, Transpose::No, C_, Transpose::Yes, c * BatchMean(batch).weight(), q);
  return {.u = q, .v = system.input};
}

BatchMoment::BatchMoment(const SolverOptions& options)
    : q_(options.weight.rows, std::min(options.weight.cols, options.max_batch)) {}

real BatchMoment::largest() const { return last_of(lambda_); }

SolveSummary BatchMoment::prepare(const WeightSystem& system, Workspace& workspace) {
  const RowSpace space(system);
  const int r = space.dimension();
  vectors_ = workspace.take(r, r);
  lambda_ = workspace.take(r, 1);
  root_ = workspace.take(r, 1);
  inverse_root_ = workspace.take(r, 1);
  space.second_moment(vectors_, workspace);
  if (const SolveSummary found = eigenvectors(vectors_, lambda_, workspace); !found.usable()) return found;
  prepare_spectrum(lambda_, space.of_batch() ? static_cast<real>(r) : 0, root_, inverse_root_);
  return {};
}

// -g V = -R E N^(1/2)
InputMoment::GradientSize BatchMoment::split(const WeightSystem& system, MatrixView along, Workspace& workspace) {
  const MatrixView coordinates = workspace.take(along.rows, along.cols);
  RowSpace(system).coordinates(-1, coordinates, workspace);
  gemm(1, coordinates, Transpose::No, vectors_, Transpose::No, 0, along);
  scale_columns(along, root_, along);
  return {};
}

// Y Vᵀ = Q Xᵀ with Q = Y N^(-1/2) Eᵀ
Direction BatchMoment::combine(real /*c*/, const WeightSystem& system, ConstMatrixView Y, Workspace& workspace) {
  const MatrixView scaled = workspace.take(Y.rows, Y.cols);
  const MatrixView q{q_.view().data, Y.rows, Y.cols};
  scale_columns(Y, inverse_root_, scaled);
  gemm(1, scaled, Transpose::No, vectors_, Transpose::Yes, 0, q);
  return {.u = q, .v = RowSpace(system).basis()};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
