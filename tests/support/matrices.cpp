#include "tests/support/matrices.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <ostream>
#include <stdexcept>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void require(bool fits, const char* what) {
  if (!fits) throw std::invalid_argument(what);
}

bool same_shape(const Matrix& a, const Matrix& b) { return a.rows == b.rows && a.cols == b.cols; }

/// The loops of solve_spd and eigen work in long double throughout.
class Wide {
 public:
  explicit Wide(const Matrix& a) : rows_(a.rows), values_(a.values.begin(), a.values.end()) {}
  long double& operator()(int row, int col) {
    return values_[static_cast<std::size_t>(row) + static_cast<std::size_t>(col) * static_cast<std::size_t>(rows_)];
  }

 private:
  int rows_;
  std::vector<long double> values_;
};

/// A = L Lᵀ in place, in the lower triangle.
void factorise(Wide& a, int n) {
  for (int j = 0; j < n; ++j) {
    for (int k = 0; k < j; ++k) a(j, j) -= a(j, k) * a(j, k);
    if (!(a(j, j) > 0)) throw std::domain_error("solve_spd: not positive definite");
    a(j, j) = std::sqrt(a(j, j));
    for (int i = j + 1; i < n; ++i) {
      for (int k = 0; k < j; ++k) a(i, j) -= a(i, k) * a(j, k);
      a(i, j) /= a(j, j);
    }
  }
}

/// A ← Rᵀ A R and Q ← Q R for the rotation R in the plane (p, q) that makes a_pq zero.
void rotate(Wide& a, Wide& vectors, int n, int p, int q) {
  if (a(p, q) == 0) return;
  const long double cotangent = (a(q, q) - a(p, p)) / (2 * a(p, q));
  const long double t = std::copysign(1 / (std::abs(cotangent) + std::hypot(cotangent, 1.0L)), cotangent);
  const long double c = 1 / std::hypot(t, 1.0L);
  const long double s = t * c;
  const auto turn = [c, s](long double& x, long double& y) {
    const long double turned = c * x - s * y;
    y = s * x + c * y;
    x = turned;
  };
  for (int k = 0; k < n; ++k) turn(a(k, p), a(k, q));
  for (int k = 0; k < n; ++k) turn(a(p, k), a(q, k));
  for (int k = 0; k < n; ++k) turn(vectors(k, p), vectors(k, q));
}

}  // namespace

void PrintTo(const Matrix& matrix, std::ostream* out) {
  constexpr int shown = 8;
  *out << matrix.rows << "x" << matrix.cols;
  for (int i = 0; i < std::min(matrix.rows, shown); ++i) {
    *out << "\n ";
    for (int j = 0; j < std::min(matrix.cols, shown); ++j) *out << " " << matrix(i, j);
    if (matrix.cols > shown) *out << " ...";
  }
  if (matrix.rows > shown) *out << "\n  ...";
}

Matrix random_matrix(Random& random, int rows, int cols, double low, double high) {
  return map([&](real) { return static_cast<real>(random.uniform(low, high)); }, Matrix(rows, cols));
}

Matrix random_spd(Random& random, int n) {
  const Matrix root = random_matrix(random, n, n);
  Matrix spd = product(root, transposed(root));
  for (int i = 0; i < n; ++i) spd(i, i) += 1;
  return spd;
}

Matrix from_view(ConstMatrixView view) { return {view.rows, view.cols, to_host(view)}; }

Tensor to_tensor(const Matrix& matrix) { return {{matrix.rows, matrix.cols}, matrix.values}; }

Matrix operator+(const Matrix& a, const Matrix& b) {
  require(same_shape(a, b), "a + b: the shapes differ");
  Matrix sum = a;
  for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += b.values[i];
  return sum;
}

Matrix operator*(double alpha, const Matrix& a) {
  return map([alpha](real value) { return static_cast<real>(alpha * value); }, a);
}

Matrix product(const Matrix& a, const Matrix& b) {
  require(a.cols == b.rows, "product: the shapes do not fit");
  Matrix c(a.rows, b.cols);
  for (int j = 0; j < c.cols; ++j) {
    for (int i = 0; i < c.rows; ++i) {
      long double sum = 0;
      for (int k = 0; k < a.cols; ++k) sum += static_cast<long double>(a(i, k)) * b(k, j);
      c(i, j) = static_cast<real>(sum);
    }
  }
  return c;
}

Matrix transposed(const Matrix& a) {
  Matrix t(a.cols, a.rows);
  for (int j = 0; j < a.cols; ++j) {
    for (int i = 0; i < a.rows; ++i) t(j, i) = a(i, j);
  }
  return t;
}

Matrix kronecker(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows * b.rows, a.cols * b.cols);
  for (int j = 0; j < c.cols; ++j) {
    for (int i = 0; i < c.rows; ++i) c(i, j) = a(i / b.rows, j / b.cols) * b(i % b.rows, j % b.cols);
  }
  return c;
}

Matrix vec(const Matrix& a) { return {a.rows * a.cols, 1, a.values}; }

Matrix unvec(const Matrix& v, int rows, int cols) {
  require(v.cols == 1 && v.rows == rows * cols, "unvec: not a vector of rows x cols elements");
  return {rows, cols, v.values};
}

double max_difference(const Matrix& a, const Matrix& b) {
  require(same_shape(a, b), "max_difference: the shapes differ");
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a.values[i]) - static_cast<double>(b.values[i]));
    if (std::isnan(difference)) return difference;
    largest = std::max(largest, difference);
  }
  return largest;
}

double relative_error(const Matrix& found, const Matrix& expected) {
  const double scale = max_difference(expected, Matrix(expected.rows, expected.cols));
  return max_difference(found, expected) / std::max(scale, std::numeric_limits<double>::min());
}

Matrix solve_spd(const Matrix& a, const Matrix& b) {
  require(a.rows == a.cols && a.rows == b.rows, "solve_spd: the shapes do not fit");
  const int n = a.rows;
  Wide l(a);
  factorise(l, n);
  Wide wide(b);
  Matrix x = b;
  for (int j = 0; j < b.cols; ++j) {
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < i; ++k) wide(i, j) -= l(i, k) * wide(k, j);
      wide(i, j) /= l(i, i);
    }
    for (int i = n - 1; i >= 0; --i) {
      for (int k = i + 1; k < n; ++k) wide(i, j) -= l(k, i) * wide(k, j);
      wide(i, j) /= l(i, i);
      x(i, j) = static_cast<real>(wide(i, j));
    }
  }
  return x;
}

Eigen eigen(const Matrix& a) {
  require(a.rows == a.cols, "eigen: not square");
  const int n = a.rows;
  Matrix symmetric = a;
  Matrix identity(n, n);
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < j; ++i) symmetric(i, j) = a(j, i);
    identity(j, j) = 1;
  }
  Wide rest(symmetric);
  Wide vectors(identity);
  // Convergence is quadratic: a dozen sweeps leave nothing off the diagonal.
  for (int sweep = 0; sweep < 12; ++sweep) {
    for (int q = 1; q < n; ++q) {
      for (int p = 0; p < q; ++p) rotate(rest, vectors, n, p, q);
    }
  }
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](int i) { return rest(i, i); });
  Eigen found{.values = {}, .vectors = identity};
  for (int j = 0; j < n; ++j) {
    const int from = order[static_cast<std::size_t>(j)];
    found.values.push_back(static_cast<double>(rest(from, from)));
    for (int i = 0; i < n; ++i) found.vectors(i, j) = static_cast<real>(vectors(i, from));
  }
  return found;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
