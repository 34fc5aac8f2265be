#include "framework/linalg_shared.h"

#include <string_view>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/product_log.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

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

bool is_column(ConstMatrixView x, int rows) { return x.shape() == Shape{rows, 1}; }

bool is_product(Shape left, Shape right, Shape result) {
  return left.cols == right.rows && result == Shape{left.rows, right.cols};
}

constexpr double kSymmetric = 1.0 / 2;     // one triangle
constexpr double kCholesky = 1.0 / 6;      // n³/3 of 2n³
constexpr double kInverse = 1.0 / 3;       // 2n³/3, with Cholesky's factor
constexpr double kEigenvectors = 7.0 / 3;  // 14/3 n³: tridiagonal form 4/3, divide and conquer 4/3, back-transform 2

void log_square(int n, double count) { ProductLog::add({.rows = n, .cols = n, .inner = n}, count); }

}  // namespace

void check_gemm(ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, ConstMatrixView c) {
  require(is_product(apply(transpose_a, a.shape()), apply(transpose_b, b.shape()), c.shape()), "gemm", a, b, c);
  ProductLog::add({transpose_a, transpose_b, c.rows, c.cols, apply(transpose_a, a.shape()).cols});
}

void check_syrk(ConstMatrixView a, Transpose transpose, ConstMatrixView c) {
  const int rows = apply(transpose, a.shape()).rows;
  require(c.shape() == Shape{rows, rows}, "syrk", a, c);
}

void check_syrk_lower(ConstMatrixView a, Transpose transpose, ConstMatrixView c) {
  require(c.rows == c.cols && c.rows <= apply(transpose, a.shape()).rows, "syrk", a, c);
  const Transpose other = transpose == Transpose::No ? Transpose::Yes : Transpose::No;
  ProductLog::add({transpose, other, c.rows, c.cols, apply(transpose, a.shape()).cols}, kSymmetric);
}

void check_mirror_lower(ConstMatrixView c) { require(c.rows == c.cols, "mirror_lower", c, c); }

void check_symmetric_product(ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                             ConstMatrixView c) {
  require(is_product(apply(transpose_a, a.shape()), apply(transpose_b, b.shape()), c.shape()) && c.rows == c.cols,
          "symmetric_product", a, b, c);
  ProductLog::add({transpose_a, transpose_b, c.rows, c.cols, apply(transpose_a, a.shape()).cols}, kSymmetric);
}

void check_symm(ConstMatrixView s, ConstMatrixView b, ConstMatrixView c) {
  require(s.rows == s.cols && s.cols == b.rows && c.shape() == b.shape(), "symm", s, b, c);
  ProductLog::add({.rows = c.rows, .cols = c.cols, .inner = s.cols});
}

void check_gemv(ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, ConstMatrixView y) {
  const Shape left = apply(transpose_a, a.shape());
  require(is_column(x, left.cols) && is_column(y, left.rows), "gemv", a, x, y);
}

void check_ger(ConstMatrixView x, ConstMatrixView y, ConstMatrixView a) {
  require(is_column(x, a.rows) && is_column(y, a.cols), "ger", x, y, a);
}

void check_dot(ConstMatrixView x, ConstMatrixView y) { require(x.shape() == y.shape(), "dot", x, y); }

void check_dot(ConstMatrixView x, ConstMatrixView y, ConstMatrixView sum) {
  require(x.shape() == y.shape() && sum.shape() == Shape{1, 1}, "dot", x, y, sum);
}

void check_axpy(ConstMatrixView x, ConstMatrixView y) { require(x.shape() == y.shape(), "axpy", x, y); }

void check_potrf(ConstMatrixView a) {
  require(a.rows == a.cols, "potrf", a, a);
  log_square(a.rows, kCholesky);
}

void check_potrs(Side side, ConstMatrixView l, ConstMatrixView b) {
  require(l.rows == l.cols && l.rows == (side == Side::Left ? b.rows : b.cols), "potrs", l, b);
  ProductLog::add({.rows = b.rows, .cols = b.cols, .inner = l.rows});  // two triangular solves
}

void check_potri(ConstMatrixView l) {
  require(l.rows == l.cols, "potri", l, l);
  log_square(l.rows, kInverse);
}

void check_syevd(ConstMatrixView a, ConstMatrixView eigenvalues) {
  require(a.rows == a.cols && is_column(eigenvalues, a.rows), "syevd", a, eigenvalues);
  log_square(a.rows, kEigenvectors);
}

void check_outer_gram(const OuterGram& gram, ConstMatrixView c) {
  require(gram.a.shape() == gram.b.shape() && c.rows == gram.a.cols && c.rows == c.cols, "outer_gram_lower", gram.a,
          gram.b, c);
  const bool match = gram.x.cols == gram.y.cols && (gram.weight == 0 || gram.x.rows == gram.y.rows);
  require(match && (gram.x.cols == 0 ? c.rows == 0 : c.rows % gram.x.cols == 0), "outer_gram_lower", gram.x, gram.y, c);
  ProductLog::add({Transpose::Yes, Transpose::No, c.rows, c.cols, gram.a.rows}, kSymmetric);
  if (gram.weight != 0) {
    ProductLog::add({Transpose::Yes, Transpose::No, gram.x.cols, gram.x.cols, gram.x.rows}, kSymmetric);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
