#include "second_order/algebra/symmetric.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double trace(ConstMatrixView a) {
  const std::size_t stride = to_index(a.rows) + 1;
  const real* values = a.data;
  return sum_over_index<double>(
      to_index(a.rows), [=] CURVEGRAPH_DEVICE(std::size_t i) { return static_cast<double>(values[i * stride]); });
}

void scale_columns(ConstMatrixView m, ConstMatrixView d, MatrixView result) {
  const std::size_t rows = to_index(m.rows);
  const real* from = m.data;
  const real* factor = d.data;
  real* to = result.data;
  for_each_element(m.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    to[i] = from[i] * factor[col];
  });
}

void sum_columns(real factor, ConstMatrixView m, MatrixView sum, Workspace& workspace) {
  const MatrixView factors = workspace.take(m.cols, 1);
  fill(factors, factor);
  gemv(1, m, Transpose::No, factors, 0, sum);
}

void join_constant(ConstMatrixView h, MatrixView joined, real constant) {
  const std::size_t inputs = to_index(h.rows);
  const real* from = h.data;
  real* to = joined.data;
  for_each_element(joined.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    to[row + col * (inputs + 1)] = row < inputs ? from[row + col * inputs] : constant;
  });
}

// The mixing function of splitmix64.
void fill_with_signs(MatrixView z) {
  real* out = z.data;
  for_each_index(z.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    std::uint64_t bits = (static_cast<std::uint64_t>(i) + 1) * 0x9e3779b97f4a7c15U;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    out[i] = ((bits ^ (bits >> 31U)) & 1U) != 0 ? real{1} : real{-1};
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

SolveSummary take_absolute_eigenvalues(MatrixView a, Workspace& workspace) {
  const MatrixView vectors = workspace.take(a.rows, a.cols);
  const MatrixView scaled = workspace.take(a.rows, a.cols);
  const MatrixView values = workspace.take(a.rows, 1);
  copy(a, vectors);
  if (const SolveSummary found = eigenvectors(vectors, values, workspace); !found.usable()) return found;

  const std::size_t rows = to_index(a.rows);
  const real* q = vectors.data;
  const real* lambda = values.data;
  real* out = scaled.data;
  for_each_element(scaled.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    out[i] = q[i] * std::abs(lambda[col]);
  });
  gemm(1, scaled, Transpose::No, vectors, Transpose::Yes, 0, a);
  return {};
}

EigenvalueRange eigenvalue_range(ConstMatrixView block, Workspace& workspace) {
  const MatrixView vectors = workspace.take(block.rows, block.cols);
  const MatrixView values = workspace.take(block.rows, 1);
  copy(block, vectors);
  if (const SolveSummary found = eigenvectors(vectors, values, workspace); !found.usable()) return {.summary = found};
  const std::vector<real> ascending = to_host(values);
  return {.smallest = static_cast<double>(ascending.front()), .largest = static_cast<double>(ascending.back())};
}

namespace {

void damp(real scale, ConstMatrixView a, real damping, MatrixView sum) {
  copy(a, sum);
  scal(scale, sum);
  const std::size_t stride = to_index(sum.rows) + 1;
  real* diagonal = sum.data;
  for_each_index(to_index(sum.rows), [=] CURVEGRAPH_DEVICE(std::size_t i) { diagonal[i * stride] += damping; });
}

}  // namespace

SolveSummary factorize_damped(real scale, ConstMatrixView a, real damping, MatrixView factor, Workspace& workspace) {
  // LAPACK may loop or return nonsense for what is not finite, so look first.
  const double square = squared_norm(a);
  for (const double number : {square, static_cast<double>(scale), static_cast<double>(damping)}) {
    if (!std::isfinite(number)) return {.status = SolveStatus::NonFinite, .number = number};
  }
  damp(scale, a, damping, factor);
  if (potrf(factor) == 0) return {};
  damp(scale, a, damping, factor);
  const MatrixView eigenvalues = workspace.take(a.rows, 1);
  if (const SolveSummary found = eigenvectors(factor, eigenvalues, workspace); !found.usable()) return found;
  const real smallest = to_host_number({eigenvalues.data, 1, 1});
  return {.status = SolveStatus::NotPositiveDefinite, .number = static_cast<double>(smallest)};
}

void apply_damped(real scale, ConstMatrixView a, real damping, ConstMatrixView q, MatrixView result) {
  copy(q, result);
  symm(scale, a, q, damping, result);
}

SolveSummary DampedInverse::prepare(ConstMatrixView a, real damping, Workspace& workspace) {
  const SolveSummary factorized = factorize_damped(1, a, damping, values_, workspace);
  if (factorized.usable() && form_ == Form::Inverse) potri(values_);
  return factorized;
}

void DampedInverse::multiply(Side side, ConstMatrixView b, MatrixView result) const {
  if (form_ == Form::Factor) {
    copy(b, result);
    potrs(side, values_, result);
  } else if (side == Side::Left) {
    gemm(1, values_, Transpose::No, b, Transpose::No, 0, result);
  } else {
    gemm(1, b, Transpose::No, values_, Transpose::No, 0, result);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
