#include <string_view>
#include <type_traits>

#include <cblas.h>
#include <fmt/core.h>
#include <lapacke.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The single or the double precision routine, by `real`.
template <class Single, class Double>
constexpr auto pick([[maybe_unused]] Single* single, [[maybe_unused]] Double* twice) {
  if constexpr (std::is_same_v<real, float>) {
    return single;
  } else {
    return twice;
  }
}

void require(bool fits, std::string_view call, ConstMatrixView a, ConstMatrixView b, ConstMatrixView c) {
  if (!fits) {
    throw UsageError(fmt::format("{}: shapes {}, {} and {} do not fit", call, to_string(a.shape()),
                                 to_string(b.shape()), to_string(c.shape())));
  }
}

void require(bool fits, std::string_view call, ConstMatrixView a, ConstMatrixView b) {
  if (!fits) {
    throw UsageError(fmt::format("{}: shapes {} and {} do not fit", call, to_string(a.shape()), to_string(b.shape())));
  }
}

Shape apply(Transpose transpose, Shape shape) {
  return transpose == Transpose::No ? shape : Shape{shape.cols, shape.rows};
}

CBLAS_TRANSPOSE cblas(Transpose transpose) { return transpose == Transpose::No ? CblasNoTrans : CblasTrans; }

bool is_column(ConstMatrixView x, int rows) { return x.shape() == Shape{rows, 1}; }

}  // namespace

void gemm(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, real beta,
          MatrixView c) {
  const Shape left = apply(transpose_a, a.shape());
  const Shape right = apply(transpose_b, b.shape());
  require(left.cols == right.rows && c.shape() == Shape{left.rows, right.cols}, "gemm", a, b, c);
  pick(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(transpose_a), cblas(transpose_b), c.rows, c.cols, left.cols,
                                 alpha, a.data, a.rows, b.data, b.rows, beta, c.data, c.rows);
}

void syrk(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c) {
  const Shape left = apply(transpose, a.shape());
  require(c.shape() == Shape{left.rows, left.rows}, "syrk", a, c);
  pick(cblas_ssyrk, cblas_dsyrk)(CblasColMajor, CblasLower, cblas(transpose), left.rows, left.cols, alpha, a.data,
                                 a.rows, 0, c.data, c.rows);
  const std::size_t n = static_cast<std::size_t>(c.rows);
  real* data = c.data;
  for_each_index(n, [=] CURVEGRAPH_DEVICE(std::size_t row) {
    for (std::size_t col = row + 1; col < n; ++col) data[row + col * n] = data[col + row * n];
  });
}

void symm(real alpha, ConstMatrixView s, ConstMatrixView b, real beta, MatrixView c) {
  require(s.rows == s.cols && s.cols == b.rows && c.shape() == b.shape(), "symm", s, b, c);
  pick(cblas_ssymm, cblas_dsymm)(CblasColMajor, CblasLeft, CblasLower, c.rows, c.cols, alpha, s.data, s.rows, b.data,
                                 b.rows, beta, c.data, c.rows);
}

void gemv(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, real beta, MatrixView y) {
  const Shape left = apply(transpose_a, a.shape());
  require(is_column(x, left.cols) && is_column(y, left.rows), "gemv", a, x, y);
  pick(cblas_sgemv, cblas_dgemv)(CblasColMajor, cblas(transpose_a), a.rows, a.cols, alpha, a.data, a.rows, x.data, 1,
                                 beta, y.data, 1);
}

void ger(real alpha, ConstMatrixView x, ConstMatrixView y, MatrixView a) {
  require(is_column(x, a.rows) && is_column(y, a.cols), "ger", x, y, a);
  pick(cblas_sger, cblas_dger)(CblasColMajor, a.rows, a.cols, alpha, x.data, 1, y.data, 1, a.data, a.rows);
}

real dot(ConstMatrixView x, ConstMatrixView y) {
  require(x.shape() == y.shape(), "dot", x, y);
  return pick(cblas_sdot, cblas_ddot)(static_cast<int>(x.size()), x.data, 1, y.data, 1);
}

void axpy(real alpha, ConstMatrixView x, MatrixView y) {
  require(x.shape() == y.shape(), "axpy", x, y);
  pick(cblas_saxpy, cblas_daxpy)(static_cast<int>(x.size()), alpha, x.data, 1, y.data, 1);
}

void scal(real alpha, MatrixView x) { pick(cblas_sscal, cblas_dscal)(static_cast<int>(x.size()), alpha, x.data, 1); }

int potrf(MatrixView a) {
  require(a.rows == a.cols, "potrf", a, a);
  return pick(LAPACKE_spotrf, LAPACKE_dpotrf)(LAPACK_COL_MAJOR, 'L', a.rows, a.data, a.rows);
}

void potrs(Side side, ConstMatrixView l, MatrixView b) {
  require(l.rows == l.cols && l.rows == (side == Side::Left ? b.rows : b.cols), "potrs", l, b);
  const auto trsm = [&](CBLAS_TRANSPOSE transpose) {
    pick(cblas_strsm, cblas_dtrsm)(CblasColMajor, side == Side::Left ? CblasLeft : CblasRight, CblasLower, transpose,
                                   CblasNonUnit, b.rows, b.cols, 1, l.data, l.rows, b.data, b.rows);
  };
  // L⁻ᵀ (L⁻¹ B), (B L⁻ᵀ) L⁻¹
  trsm(side == Side::Left ? CblasNoTrans : CblasTrans);
  trsm(side == Side::Left ? CblasTrans : CblasNoTrans);
}

int syevd(MatrixView a, MatrixView eigenvalues) {
  require(a.rows == a.cols && is_column(eigenvalues, a.rows), "syevd", a, eigenvalues);
  return pick(LAPACKE_ssyevd, LAPACKE_dsyevd)(LAPACK_COL_MAJOR, 'V', 'L', a.rows, a.data, a.rows, eigenvalues.data);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
