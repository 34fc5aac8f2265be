#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <cblas.h>
#include <fmt/core.h>
#include <lapacke.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg_shared.h"
#include "framework/threads.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

CBLAS_TRANSPOSE cblas(Transpose transpose) { return transpose == Transpose::No ? CblasNoTrans : CblasTrans; }

/// One product with its operands as they lie in memory.
struct Product {
  real alpha;
  ConstMatrixView a;
  Transpose transpose_a;
  ConstMatrixView b;
  Transpose transpose_b;
  real beta;
  MatrixView c;

  [[nodiscard]] int inner() const { return apply(transpose_a, a.shape()).cols; }

  /// Computes `rows` × `cols` elements of C, from (`row`, `col`) on.
  void part(int row, int rows, int col, int cols) const {
    const real* of_a = a.data + (transpose_a == Transpose::No ? to_index(row) : Shape{a.rows, row}.size());
    const real* of_b = b.data + (transpose_b == Transpose::No ? Shape{b.rows, col}.size() : to_index(col));
    pick(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(transpose_a), cblas(transpose_b), rows, cols, inner(), alpha,
                                   of_a, a.rows, of_b, b.rows, beta, c.data + Shape{c.rows, col}.size() + row, c.rows);
  }
};

/// Computes the lower triangle of C, and the parts of the upper one that lie in the same panels. A panel of columns is
/// one product, from its diagonal down, by one thread, which waits for no other thread. Pairs the i-th panel with the
/// i-th last: all pairs have the same number of elements.
void multiply_lower(const Product& product) {
  const int n = product.c.rows;
  constexpr double kFewOperations = 1e6;
  if (static_cast<double>(n) * n * product.inner() < kFewOperations) return product.part(0, n, 0, n);
  const int width = std::clamp((n + 2 * threads() - 1) / (2 * threads()), 32, 128);
  const int panels = (n + width - 1) / width;
  const auto panel = [=](int i) {
    const int first = i * width;
    product.part(first, n - first, first, std::min(width, n - first));
  };
  for_each_column({width * n, (panels + 1) / 2}, [=](std::size_t pair) {
    const int i = static_cast<int>(pair);
    panel(i);
    if (panels - 1 - i != i) panel(panels - 1 - i);
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
  check_gemm(a, transpose_a, b, transpose_b, c);
  pick(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(transpose_a), cblas(transpose_b), c.rows, c.cols,
                                 apply(transpose_a, a.shape()).cols, alpha, a.data, a.rows, b.data, b.rows, beta,
                                 c.data, c.rows);
}

void syrk_lower(real alpha, ConstMatrixView a, Transpose transpose, real beta, MatrixView c) {
  check_syrk_lower(a, transpose, c);
  constexpr int kNarrow = 128;  // up to this size, panels would be too few or too narrow
  if (c.rows <= kNarrow) {
    pick(cblas_ssyrk, cblas_dsyrk)(CblasColMajor, CblasLower, cblas(transpose), c.rows,
                                   apply(transpose, a.shape()).cols, alpha, a.data, a.rows, beta, c.data, c.rows);
    return;
  }
  multiply_lower({alpha, a, transpose, a, transpose == Transpose::No ? Transpose::Yes : Transpose::No, beta, c});
}

void syrk(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c) {
  check_syrk(a, transpose, c);
  syrk_lower(alpha, a, transpose, 0, c);
  mirror_lower(c);
}

void symmetric_product(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                       real beta, MatrixView c) {
  check_symmetric_product(a, transpose_a, b, transpose_b, c);
  multiply_lower({alpha, a, transpose_a, b, transpose_b, beta, c});
  mirror_lower(c);
}

// Transposes each tile in a buffer, because columns a power of two apart would evict each other from the cache.
void mirror_lower(MatrixView c) {
  check_mirror_lower(c);
  constexpr std::size_t kTile = 32;
  const std::size_t n = to_index(c.rows);
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
  // Pairs the i-th row of tiles with the i-th last: all pairs have the same number of tiles.
  for_each_column({static_cast<int>(kTile * n), static_cast<int>((tiles + 1) / 2)}, [=](std::size_t i) {
    for (const std::size_t row : {i, tiles - 1 - i}) {
      for (std::size_t col = 0; col <= row; ++col) mirror(row * kTile, col * kTile);
      if (row == tiles - 1 - row) break;
    }
  });
}

void symm(real alpha, ConstMatrixView s, ConstMatrixView b, real beta, MatrixView c) {
  check_symm(s, b, c);
  pick(cblas_ssymm, cblas_dsymm)(CblasColMajor, CblasLeft, CblasLower, c.rows, c.cols, alpha, s.data, s.rows, b.data,
                                 b.rows, beta, c.data, c.rows);
}

void gemv(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, real beta, MatrixView y) {
  check_gemv(a, transpose_a, x, y);
  pick(cblas_sgemv, cblas_dgemv)(CblasColMajor, cblas(transpose_a), a.rows, a.cols, alpha, a.data, a.rows, x.data, 1,
                                 beta, y.data, 1);
}

void ger(real alpha, ConstMatrixView x, ConstMatrixView y, MatrixView a) {
  check_ger(x, y, a);
  pick(cblas_sger, cblas_dger)(CblasColMajor, a.rows, a.cols, alpha, x.data, 1, y.data, 1, a.data, a.rows);
}

real dot(ConstMatrixView x, ConstMatrixView y) {
  check_dot(x, y);
  return pick(cblas_sdot, cblas_ddot)(static_cast<int>(x.size()), x.data, 1, y.data, 1);
}

void dot(ConstMatrixView x, ConstMatrixView y, MatrixView sum) {
  check_dot(x, y, sum);
  *sum.data = dot(x, y);
}

void axpy(real alpha, ConstMatrixView x, MatrixView y) {
  check_axpy(x, y);
  pick(cblas_saxpy, cblas_daxpy)(static_cast<int>(x.size()), alpha, x.data, 1, y.data, 1);
}

void scal(real alpha, MatrixView x) { pick(cblas_sscal, cblas_dscal)(static_cast<int>(x.size()), alpha, x.data, 1); }

int potrf(MatrixView a) {
  check_potrf(a);
  return pick(LAPACKE_spotrf, LAPACKE_dpotrf)(LAPACK_COL_MAJOR, 'L', a.rows, a.data, a.rows);
}

void potrs(Side side, ConstMatrixView l, MatrixView b) {
  check_potrs(side, l, b);
  const auto trsm = [&](CBLAS_TRANSPOSE transpose) {
    pick(cblas_strsm, cblas_dtrsm)(CblasColMajor, side == Side::Left ? CblasLeft : CblasRight, CblasLower, transpose,
                                   CblasNonUnit, b.rows, b.cols, 1, l.data, l.rows, b.data, b.rows);
  };
  // L⁻ᵀ (L⁻¹ B), (B L⁻ᵀ) L⁻¹
  trsm(side == Side::Left ? CblasNoTrans : CblasTrans);
  trsm(side == Side::Left ? CblasTrans : CblasNoTrans);
}

void potri(MatrixView l) {
  check_potri(l);
  pick(LAPACKE_spotri, LAPACKE_dpotri)(LAPACK_COL_MAJOR, 'L', l.rows, l.data, l.rows);
  mirror_lower(l);
}

int syevd(MatrixView a, MatrixView eigenvalues, Workspace& workspace) {
  check_syevd(a, eigenvalues);
  // The sizes that LAPACK requires if eigenvectors are wanted too.
  const std::size_t n = to_index(a.rows);
  const std::span<real> work = workspace.host(1 + 6 * n + 2 * n * n);
  const std::span<int> integers = workspace.host_integers(3 + 5 * n);
  return pick(LAPACKE_ssyevd_work, LAPACKE_dsyevd_work)(LAPACK_COL_MAJOR, 'V', 'L', a.rows, a.data, a.rows,
                                                        eigenvalues.data, work.data(), static_cast<int>(work.size()),
                                                        integers.data(), static_cast<int>(integers.size()));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
