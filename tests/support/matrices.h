#pragma once

#include <cstddef>
#include <iosfwd>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "framework/matrix_view.h"
#include "framework/random.h"
#include "framework/tensor.h"

/// Plain matrices on the host, to hold the library against: loops that are slow and easy to check, with sums in long
/// double. Shapes that do not fit throw std::invalid_argument.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

inline constexpr bool kDouble = std::is_same_v<real, double>;
/// Of real: the distance from 1 to the next larger number.
inline constexpr double kEpsilon = static_cast<double>(std::numeric_limits<real>::epsilon());

struct Matrix {
  int rows = 0;
  int cols = 0;
  std::vector<real> values;  ///< column after column

  Matrix() = default;
  /// Zero.
  Matrix(int m, int n) : Matrix(m, n, std::vector<real>(static_cast<std::size_t>(m) * static_cast<std::size_t>(n))) {}
  Matrix(int m, int n, std::vector<real> elements) : rows(m), cols(n), values(std::move(elements)) {}

  real& operator()(int row, int col) { return values[offset(row, col)]; }
  real operator()(int row, int col) const { return values[offset(row, col)]; }
  friend bool operator==(const Matrix&, const Matrix&) = default;

 private:
  [[nodiscard]] std::size_t offset(int row, int col) const {
    return static_cast<std::size_t>(row) + static_cast<std::size_t>(col) * static_cast<std::size_t>(rows);
  }
};

/// How a failed expectation prints it: the shape and the first rows and columns.
void PrintTo(const Matrix& matrix, std::ostream* out);

/// Elements uniform in [low, high).
Matrix random_matrix(Random& random, int rows, int cols, double low = -1, double high = 1);
/// R Rᵀ + I of a random R: symmetric, eigenvalues from 1 to about n.
Matrix random_spd(Random& random, int n);

Matrix from_view(ConstMatrixView view);
Tensor to_tensor(const Matrix& matrix);

Matrix operator+(const Matrix& a, const Matrix& b);
Matrix operator*(double alpha, const Matrix& a);
Matrix product(const Matrix& a, const Matrix& b);
Matrix transposed(const Matrix& a);
/// f of each element.
template <class F>
Matrix map(F f, Matrix a) {
  for (real& value : a.values) value = f(value);
  return a;
}

/// A ⊗ B: the blocks aᵢⱼ B.
Matrix kronecker(const Matrix& a, const Matrix& b);
/// The columns one below the other, and back.
Matrix vec(const Matrix& a);
Matrix unvec(const Matrix& v, int rows, int cols);

/// max |aᵢⱼ - bᵢⱼ|, NaN where one is.
double max_difference(const Matrix& a, const Matrix& b);
/// max |found - expected| / max |expected|.
double relative_error(const Matrix& found, const Matrix& expected);

/// X of A X = B by Cholesky's A = L Lᵀ. Throws std::domain_error when A is not positive definite.
Matrix solve_spd(const Matrix& a, const Matrix& b);

/// A = Q diag(values) Qᵀ, values ascending.
struct Eigen {
  std::vector<double> values;
  Matrix vectors;
};
/// Of a symmetric matrix, whose lower triangle is read, by Jacobi's cyclic rotations.
Eigen eigen(const Matrix& a);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
