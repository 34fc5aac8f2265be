#include "framework/linalg.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/workspace.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ThrowsMessage;

// Small integers: every sum below is exact in either precision, in whatever order it is taken, so results are equal.
Matrix random_integers(Random& random, int rows, int cols) {
  return map([&](real) { return static_cast<real>(random.below(7)) - 3; }, Matrix(rows, cols));
}

Matrix not_a_number(int rows, int cols) {
  return map([](real) { return std::numeric_limits<real>::quiet_NaN(); }, Matrix(rows, cols));
}

/// The matrix as a routine that must read the lower triangle only is given it.
Matrix lower_triangle(Matrix a) {
  for (int j = 0; j < a.cols; ++j) {
    for (int i = 0; i < j; ++i) a(i, j) = std::numeric_limits<real>::quiet_NaN();
  }
  return a;
}

/// What op(A) = a is stored as.
Tensor stored(const Matrix& a, Transpose transpose) {
  return to_tensor(transpose == Transpose::No ? a : transposed(a));
}

constexpr std::array transposes = {Transpose::No, Transpose::Yes};

struct Scales {
  real alpha;
  real beta;
};
constexpr std::array scales = {Scales{1, 0}, Scales{1, 1}, Scales{0, 0}, Scales{0, 1}, Scales{-0.5, 2}, Scales{2, -1}};

std::ostream& operator<<(std::ostream& out, const Scales& s) {
  return out << "alpha " << s.alpha << ", beta " << s.beta;
}

/// C as it is before a call: β = 0 must overwrite even NaN.
Tensor before(const Matrix& c, const Scales& s) { return to_tensor(s.beta == 0 ? not_a_number(c.rows, c.cols) : c); }

// Vectors, odd sizes, and rows and columns beyond the cache blocks of a BLAS.
const std::vector<Shape> kShapes = {{1, 1}, {1, 6}, {6, 1}, {2, 3}, {5, 4}, {17, 33}, {800, 9}, {70, 500}};

TEST(Gemm, IsAlphaTimesTheProductPlusBetaTimesC) {
  Random random(1, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    for (const int cols : {1, 4, 65}) {
      const Matrix a = random_integers(random, shape.rows, shape.cols);
      const Matrix b = random_integers(random, shape.cols, cols);
      const Matrix c = random_integers(random, shape.rows, cols);
      const Matrix ab = product(a, b);
      for (const Transpose transpose_a : transposes) {
        for (const Transpose transpose_b : transposes) {
          for (const Scales& s : scales) {
            Tensor found = before(c, s);
            gemm(s.alpha, stored(a, transpose_a), transpose_a, stored(b, transpose_b), transpose_b, s.beta, found);
            EXPECT_EQ(from_view(found), s.alpha * ab + s.beta * c)
                << to_string(shape) << " by " << cols << " columns, " << s;
          }
        }
      }
    }
  }
}

TEST(Syrk, FillsBothTriangles) {
  Random random(2, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    for (const real alpha : {real{1}, real{0}, real{-0.5}}) {
      const Matrix a = random_integers(random, shape.rows, shape.cols);
      Tensor found = to_tensor(not_a_number(shape.rows, shape.rows));
      syrk(alpha, to_tensor(a), Transpose::No, found);
      EXPECT_EQ(from_view(found), alpha * product(a, transposed(a))) << to_string(shape) << ", alpha " << alpha;
      Tensor inner = to_tensor(not_a_number(shape.cols, shape.cols));
      syrk(alpha, to_tensor(a), Transpose::Yes, inner);
      EXPECT_EQ(from_view(inner), alpha * product(transposed(a), a)) << to_string(shape) << ", alpha " << alpha;
    }
  }
}

TEST(Syrk, LowerLeavesTheUpperTriangleToMirrorLower) {
  Random random(11, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    const Matrix a = random_integers(random, shape.rows, shape.cols);
    Tensor found = to_tensor(not_a_number(shape.rows, shape.rows));
    syrk_lower(2, to_tensor(a), Transpose::No, 0, found);
    const Matrix expected = real{2} * product(a, transposed(a));
    const Matrix lower = from_view(found);
    for (int j = 0; j < shape.rows; ++j) {
      for (int i = j; i < shape.rows; ++i) ASSERT_EQ(lower(i, j), expected(i, j)) << to_string(shape);
    }
    Tensor first_row(1, 1);
    syrk_lower(2, to_tensor(a), Transpose::No, 0, first_row);
    EXPECT_EQ(from_view(first_row)(0, 0), expected(0, 0)) << to_string(shape);
    Tensor mirrored = to_tensor(lower_triangle(lower));
    mirror_lower(mirrored);
    EXPECT_EQ(from_view(mirrored), expected) << to_string(shape);
  }
}

/// C = α Wᵀ (G W) + β C for symmetric G and C.
TEST(SymmetricProduct, IsThatOfGemm) {
  Random random(10, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    const Matrix w = random_integers(random, shape.rows, shape.cols);
    const Matrix half = random_integers(random, shape.rows, shape.rows);
    const Matrix product_right = product(half + transposed(half), w);
    const Matrix other = random_integers(random, shape.cols, shape.cols);
    const Matrix c = other + transposed(other);
    for (const Transpose transpose_a : transposes) {
      for (const Transpose transpose_b : transposes) {
        for (const Scales& s : scales) {
          Tensor found = before(c, s);
          symmetric_product(s.alpha, stored(transposed(w), transpose_a), transpose_a,
                            stored(product_right, transpose_b), transpose_b, s.beta, found);
          EXPECT_EQ(from_view(found), s.alpha * product(transposed(w), product_right) + s.beta * c)
              << to_string(shape) << ", " << s;
        }
      }
    }
  }
}

TEST(Symm, ReadsTheLowerTriangle) {
  Random random(3, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    const Matrix half = random_integers(random, shape.rows, shape.rows);
    const Matrix a = half + transposed(half);
    const Matrix b = random_integers(random, shape.rows, shape.cols);
    const Matrix c = random_integers(random, shape.rows, shape.cols);
    const Matrix ab = product(a, b);
    for (const Scales& s : scales) {
      Tensor found = before(c, s);
      symm(s.alpha, to_tensor(lower_triangle(a)), to_tensor(b), s.beta, found);
      EXPECT_EQ(from_view(found), s.alpha * ab + s.beta * c) << to_string(shape) << ", " << s;
    }
  }
}

TEST(Gemv, IsAlphaTimesTheProductPlusBetaTimesY) {
  Random random(4, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    const Matrix a = random_integers(random, shape.rows, shape.cols);
    const Matrix x = random_integers(random, shape.cols, 1);
    const Matrix y = random_integers(random, shape.rows, 1);
    const Matrix ax = product(a, x);
    for (const Transpose transpose : transposes) {
      for (const Scales& s : scales) {
        Tensor found = before(y, s);
        gemv(s.alpha, stored(a, transpose), transpose, to_tensor(x), s.beta, found);
        EXPECT_EQ(from_view(found), s.alpha * ax + s.beta * y) << to_string(shape) << ", " << s;
      }
    }
  }
}

TEST(Ger, AddsTheOuterProduct) {
  Random random(6, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    const Matrix x = random_integers(random, shape.rows, 1);
    const Matrix y = random_integers(random, shape.cols, 1);
    const Matrix a = random_integers(random, shape.rows, shape.cols);
    for (const real alpha : {real{1}, real{0}, real{-0.5}}) {
      Tensor found = to_tensor(a);
      ger(alpha, to_tensor(x), to_tensor(y), found);
      EXPECT_EQ(from_view(found), a + alpha * product(x, transposed(y))) << to_string(shape) << ", alpha " << alpha;
    }
  }
}

TEST(Blas1, TakesMatricesElementByElement) {
  Random random(7, Random::Stream::Test);
  for (const Shape shape : kShapes) {
    const Matrix x = random_integers(random, shape.rows, shape.cols);
    const Matrix y = random_integers(random, shape.rows, shape.cols);
    EXPECT_EQ(dot(to_tensor(x), to_tensor(y)), product(transposed(vec(x)), vec(y))(0, 0)) << to_string(shape);
    Tensor on_device = to_tensor(not_a_number(1, 1));
    dot(to_tensor(x), to_tensor(y), on_device);
    EXPECT_EQ(from_view(on_device), product(transposed(vec(x)), vec(y))) << to_string(shape);
    for (const real alpha : {real{1}, real{0}, real{-0.5}}) {
      Tensor sum = to_tensor(y);
      axpy(alpha, to_tensor(x), sum);
      EXPECT_EQ(from_view(sum), y + alpha * x) << to_string(shape) << ", alpha " << alpha;

      Tensor scaled = to_tensor(x);
      scal(alpha, scaled);
      EXPECT_EQ(from_view(scaled), alpha * x) << to_string(shape) << ", alpha " << alpha;
    }
  }
}

TEST(Syevd, DecomposesTheLowerTriangle) {
  Random random(8, Random::Stream::Test);
  for (const int n : {1, 2, 3, 25, 110}) {
    const Matrix half = random_matrix(random, n, n);
    const Matrix a = half + transposed(half);
    Tensor vectors = to_tensor(lower_triangle(a));
    Tensor values(n, 1);
    Workspace workspace;
    ASSERT_EQ(syevd(vectors, values, workspace), 0) << n;

    const Matrix q = from_view(vectors);
    const Matrix lambda = from_view(values);
    Matrix scaled = q;
    Matrix identity(n, n);
    for (int j = 0; j < n; ++j) {
      for (int i = 0; i < n; ++i) scaled(i, j) *= lambda(j, 0);
      identity(j, j) = 1;
    }
    // LAPACK is backward stable: what it returns is exact for a matrix within a few n ε ‖A‖ of A.
    const double tolerance = 4.0 * n * std::numeric_limits<real>::epsilon();
    const double norm = std::sqrt(static_cast<double>(dot(to_tensor(a), to_tensor(a))));
    EXPECT_LE(max_difference(product(scaled, transposed(q)), a), tolerance * norm) << n;
    EXPECT_LE(max_difference(product(transposed(q), q), identity), tolerance) << n;
    const std::vector<double> expected = eigen(a).values;  // ascending
    for (int i = 0; i < n; ++i) {
      EXPECT_NEAR(lambda(i, 0), expected[static_cast<std::size_t>(i)], tolerance * norm) << i << " of " << n;
    }
  }
}

/// Backward stable: L Lᵀ is within a few n ε ‖A‖ of A, and solutions leave that much of ‖A‖‖X‖.
TEST(Potrf, FactorizesAndSolvesFromBothSides) {
  Random random(9, Random::Stream::Test);
  for (const int n : {1, 2, 7, 110}) {
    const Matrix a = random_spd(random, n);
    Tensor l = to_tensor(lower_triangle(a));
    ASSERT_EQ(potrf(l), 0) << n;
    Matrix lower = from_view(l);
    for (int col = 0; col < n; ++col) {
      for (int row = 0; row < col; ++row) lower(row, col) = 0;
    }
    const double tolerance = 10.0 * n * std::numeric_limits<real>::epsilon();
    EXPECT_LE(relative_error(product(lower, transposed(lower)), a), tolerance) << n;

    const Matrix b = random_matrix(random, n, 3);
    Tensor x = to_tensor(b);
    potrs(Side::Left, l, x);
    const double norm = n * max_difference(a, Matrix(n, n));
    EXPECT_LE(max_difference(product(a, from_view(x)), b), tolerance * norm) << n;
    Tensor y = to_tensor(transposed(b));
    potrs(Side::Right, l, y);
    EXPECT_LE(max_difference(product(from_view(y), a), transposed(b)), tolerance * norm) << n;

    potri(l);
    const Matrix inverse = from_view(l);
    Matrix identity(n, n);
    for (int i = 0; i < n; ++i) identity(i, i) = 1;
    EXPECT_LE(max_difference(product(a, inverse), identity),
              tolerance * norm * n * max_difference(inverse, Matrix(n, n)))
        << n;
    EXPECT_EQ(max_difference(inverse, transposed(inverse)), 0) << n;
  }
}

TEST(Potrf, ReportsTheMinorThatIsNotPositiveDefinite) {
  Tensor indefinite = to_tensor(Matrix(3, 3, {4, 2, 0, 2, 1, 0, 0, 0, 5}));
  EXPECT_EQ(potrf(indefinite), 2);
  Tensor not_finite = to_tensor(not_a_number(3, 3));
  EXPECT_NE(potrf(not_finite), 0);
}

TEST(Linalg, NamesTheCallAndShapesThatDoNotFit) {
  Tensor a(2, 3);
  Tensor b(3, 2);
  Tensor square(3, 3);
  Tensor x(2, 1);
  Tensor y(3, 1);
  Tensor row(1, 3);
  Workspace workspace;
  constexpr Transpose no = Transpose::No;
  constexpr Transpose yes = Transpose::Yes;
  struct Case {
    std::function<void()> call;
    const char* message;
  };
  const std::vector<Case> cases = {
      {[&] { gemm(1, a, no, a, no, 0, a); }, "gemm: shapes 2x3, 2x3 and 2x3 do not fit"},
      {[&] { gemm(1, a, yes, b, no, 0, square); }, "gemm: shapes 2x3, 3x2 and 3x3 do not fit"},
      {[&] { gemm(1, a, no, b, no, 0, square); }, "gemm: shapes 2x3, 3x2 and 3x3 do not fit"},
      {[&] { gemm(1, b, no, a, no, 0, b); }, "gemm: shapes 3x2, 2x3 and 3x2 do not fit"},
      {[&] { syrk(1, a, no, square); }, "syrk: shapes 2x3 and 3x3 do not fit"},
      {[&] { syrk(1, b, no, b); }, "syrk: shapes 3x2 and 3x2 do not fit"},
      {[&] { syrk_lower(1, b, yes, 0, b); }, "syrk: shapes 3x2 and 3x2 do not fit"},
      {[&] { mirror_lower(b); }, "mirror_lower: shapes 3x2 and 3x2 do not fit"},
      {[&] { syrk(1, b, yes, square); }, "syrk: shapes 3x2 and 3x3 do not fit"},
      {[&] { symmetric_product(1, a, no, b, no, 0, square); }, "symmetric_product: shapes 2x3, 3x2 and 3x3 do not fit"},
      {[&] { symmetric_product(1, a, no, square, no, 0, a); }, "symmetric_product: shapes 2x3, 3x3 and 2x3 do not fit"},
      {[&] { symm(1, a, b, 0, b); }, "symm: shapes 2x3, 3x2 and 3x2 do not fit"},
      {[&] { symm(1, square, a, 0, a); }, "symm: shapes 3x3, 2x3 and 2x3 do not fit"},
      {[&] { symm(1, square, b, 0, square); }, "symm: shapes 3x3, 3x2 and 3x3 do not fit"},
      {[&] { gemv(1, a, no, x, 0, x); }, "gemv: shapes 2x3, 2x1 and 2x1 do not fit"},
      {[&] { gemv(1, a, yes, x, 0, x); }, "gemv: shapes 2x3, 2x1 and 2x1 do not fit"},
      {[&] { gemv(1, square, no, row, 0, y); }, "gemv: shapes 3x3, 1x3 and 3x1 do not fit"},
      {[&] { ger(1, x, x, a); }, "ger: shapes 2x1, 2x1 and 2x3 do not fit"},
      {[&] { ger(1, y, y, a); }, "ger: shapes 3x1, 3x1 and 2x3 do not fit"},
      {[&] { ger(1, y, row, square); }, "ger: shapes 3x1, 1x3 and 3x3 do not fit"},
      {[&] { dot(a, b); }, "dot: shapes 2x3 and 3x2 do not fit"},
      {[&] { dot(a, a, x); }, "dot: shapes 2x3, 2x3 and 2x1 do not fit"},
      {[&] { axpy(1, y, row); }, "axpy: shapes 3x1 and 1x3 do not fit"},
      {[&] { potrf(a); }, "potrf: shapes 2x3 and 2x3 do not fit"},
      {[&] { potrs(Side::Left, square, a); }, "potrs: shapes 3x3 and 2x3 do not fit"},
      {[&] { potrs(Side::Right, square, b); }, "potrs: shapes 3x3 and 3x2 do not fit"},
      {[&] { potrs(Side::Left, a, a); }, "potrs: shapes 2x3 and 2x3 do not fit"},
      {[&] { potri(a); }, "potri: shapes 2x3 and 2x3 do not fit"},
      {[&] { syevd(a, x, workspace); }, "syevd: shapes 2x3 and 2x1 do not fit"},
      {[&] { syevd(square, row, workspace); }, "syevd: shapes 3x3 and 1x3 do not fit"},
  };
  for (const Case& one : cases) EXPECT_THAT(one.call, ThrowsMessage<UsageError>(one.message));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
