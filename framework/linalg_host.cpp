#include <algorithm>
#include <array>
#include <string_view>

#include <cblas.h>
#include <fmt/core.h>
#include <lapacke.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg_shared.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using linalg::apply;
using linalg::pick;

CBLAS_TRANSPOSE cblas(Transpose transpose) { return transpose == Transpose::No ? CblasNoTrans : CblasTrans; }

/// The lower triangle to the upper one. Tiles are turned in a buffer of their own: columns a power of two apart would
/// drive each other out of the cache.
void mirror_lower(MatrixView c) {
  constexpr std::size_t kTile = 32;
  const std::size_t n = static_cast<std::size_t>(c.rows);
  const std::size_t tiles = (n + kTile - 1) / kTile;
  real* data = c.data;
  const auto mirror = [=](std::size_t first_row, std::size_t first_col) {
    const std::size_t rows = std::min(kTile, n - first_row);
    const std::size_t cols = std::min(kTile, n - first_col);
    std::array<real, kTile * kTile> turned{};
    for (std::size_t col = 0; col < cols; ++col) {
      const real* from = data + first_row + (first_col + col) * n;
      for (std::size_t row = 0; row < rows; ++row) turned[col + row * kTile] = from[row];
    }
    for (std::size_t row = 0; row < rows; ++row) {
      real* to = data + first_col + (first_row + row) * n;
      const std::size_t end = first_row == first_col ? row : cols;
      for (std::size_t col = 0; col < end; ++col) to[col] = turned[col + row * kTile];
    }
  };
  // The i-th row of tiles and the i-th last have the same number together.
  for_each_column({static_cast<int>(kTile * n), static_cast<int>((tiles + 1) / 2)}, [=](std::size_t i) {
    for (const std::size_t row : {i, tiles - 1 - i}) {
      for (std::size_t col = 0; col <= row; ++col) mirror(row * kTile, col * kTile);
      if (row == tiles - 1 - row) break;
    }
  });
}

}  // namespace

// OpenBLAS's configuration begins with "OpenBLAS VERSION ".
std::string linalg_description() {
  const std::string_view config = openblas_get_config();
  const std::size_t version = config.find(' ') + 1;
  return fmt::format("{}, {} kernels", config.substr(0, config.find(' ', version)), openblas_get_corename());
}

void use_tf32() { throw UsageError("TF32: found the build for the host, expected that for CUDA, -Ddevice=cuda"); }

void gemm(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, real beta,
          MatrixView c) {
  linalg::check_gemm(a, transpose_a, b, transpose_b, c);
  pick(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(transpose_a), cblas(transpose_b), c.rows, c.cols,
                                 apply(transpose_a, a.shape()).cols, alpha, a.data, a.rows, b.data, b.rows, beta,
                                 c.data, c.rows);
}

void syrk(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c) {
  linalg::check_syrk(a, transpose, c);
  const Shape left = apply(transpose, a.shape());
  pick(cblas_ssyrk, cblas_dsyrk)(CblasColMajor, CblasLower, cblas(transpose), left.rows, left.cols, alpha, a.data,
                                 a.rows, 0, c.data, c.rows);
  mirror_lower(c);
}

void symmetric_product(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                       real beta, MatrixView c) {
  linalg::check_symmetric_product(a, transpose_a, b, transpose_b, c);
  const Shape left = apply(transpose_a, a.shape());
  const auto part = [&](int row, int rows, int col, int cols) {
    const real* of_a =
        a.data + (transpose_a == Transpose::No ? static_cast<std::size_t>(row) : Shape{a.rows, row}.size());
    const real* of_b =
        b.data + (transpose_b == Transpose::No ? Shape{b.rows, col}.size() : static_cast<std::size_t>(col));
    pick(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(transpose_a), cblas(transpose_b), rows, cols, left.cols, alpha,
                                   of_a, a.rows, of_b, b.rows, beta, c.data + Shape{c.rows, col}.size() + row, c.rows);
  };
  // Halves: the block below the diagonal as a whole, the two on it likewise.
  constexpr int kSmall = 128;
  const auto lower = [&](const auto& self, int first, int count) -> void {
    if (count <= kSmall) return part(first, count, first, count);
    const int half = (count / 2 + kSmall - 1) / kSmall * kSmall;
    self(self, first, half);
    part(first + half, count - half, first, half);
    self(self, first + half, count - half);
  };
  lower(lower, 0, c.rows);
  mirror_lower(c);
}

void symm(real alpha, ConstMatrixView s, ConstMatrixView b, real beta, MatrixView c) {
  linalg::check_symm(s, b, c);
  pick(cblas_ssymm, cblas_dsymm)(CblasColMajor, CblasLeft, CblasLower, c.rows, c.cols, alpha, s.data, s.rows, b.data,
                                 b.rows, beta, c.data, c.rows);
}

void gemv(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, real beta, MatrixView y) {
  linalg::check_gemv(a, transpose_a, x, y);
  pick(cblas_sgemv, cblas_dgemv)(CblasColMajor, cblas(transpose_a), a.rows, a.cols, alpha, a.data, a.rows, x.data, 1,
                                 beta, y.data, 1);
}

void ger(real alpha, ConstMatrixView x, ConstMatrixView y, MatrixView a) {
  linalg::check_ger(x, y, a);
  pick(cblas_sger, cblas_dger)(CblasColMajor, a.rows, a.cols, alpha, x.data, 1, y.data, 1, a.data, a.rows);
}

real dot(ConstMatrixView x, ConstMatrixView y) {
  linalg::check_dot(x, y);
  return pick(cblas_sdot, cblas_ddot)(static_cast<int>(x.size()), x.data, 1, y.data, 1);
}

void axpy(real alpha, ConstMatrixView x, MatrixView y) {
  linalg::check_axpy(x, y);
  pick(cblas_saxpy, cblas_daxpy)(static_cast<int>(x.size()), alpha, x.data, 1, y.data, 1);
}

void scal(real alpha, MatrixView x) { pick(cblas_sscal, cblas_dscal)(static_cast<int>(x.size()), alpha, x.data, 1); }

int potrf(MatrixView a) {
  linalg::check_potrf(a);
  return pick(LAPACKE_spotrf, LAPACKE_dpotrf)(LAPACK_COL_MAJOR, 'L', a.rows, a.data, a.rows);
}

void potrs(Side side, ConstMatrixView l, MatrixView b) {
  linalg::check_potrs(side, l, b);
  const auto trsm = [&](CBLAS_TRANSPOSE transpose) {
    pick(cblas_strsm, cblas_dtrsm)(CblasColMajor, side == Side::Left ? CblasLeft : CblasRight, CblasLower, transpose,
                                   CblasNonUnit, b.rows, b.cols, 1, l.data, l.rows, b.data, b.rows);
  };
  // L⁻ᵀ (L⁻¹ B), (B L⁻ᵀ) L⁻¹
  trsm(side == Side::Left ? CblasNoTrans : CblasTrans);
  trsm(side == Side::Left ? CblasTrans : CblasNoTrans);
}

int syevd(MatrixView a, MatrixView eigenvalues) {
  linalg::check_syevd(a, eigenvalues);
  return pick(LAPACKE_ssyevd, LAPACKE_dsyevd)(LAPACK_COL_MAJOR, 'V', 'L', a.rows, a.data, a.rows, eigenvalues.data);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
