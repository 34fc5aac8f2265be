#pragma once

#include <span>
#include <vector>

#include "framework/index.h"
#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A column-major matrix of doubles on the host. The checks compute with these in plain loops, independently of the
/// kernels and the BLAS calls that they check. New matrices are zero.
class HostMatrix {
 public:
  HostMatrix() = default;
  explicit HostMatrix(Shape shape) : shape_(shape), values_(shape.size()) {}
  explicit HostMatrix(ConstMatrixView view);

  [[nodiscard]] Shape shape() const { return shape_; }
  [[nodiscard]] int rows() const { return shape_.rows; }
  [[nodiscard]] int cols() const { return shape_.cols; }
  [[nodiscard]] std::span<double> values() { return values_; }
  [[nodiscard]] std::span<const double> values() const { return values_; }
  double& operator()(int row, int col) { return values_[index(row, col)]; }
  double operator()(int row, int col) const { return values_[index(row, col)]; }

  void copy_to(MatrixView view) const;

 private:
  [[nodiscard]] std::size_t index(int row, int col) const {
    return to_index(row) + to_index(col) * to_index(shape_.rows);
  }

  Shape shape_;
  std::vector<double> values_;
};

/// max |aᵢⱼ|, or 0 for an empty matrix.
double largest(const HostMatrix& a);

/// sum += factor Jᵀ H J
void add_congruence(const HostMatrix& J, const HostMatrix& H, double factor, HostMatrix& sum);

/// A = Q diag(values) Qᵀ with ascending values.
struct HostEigen {
  std::vector<double> values;
  HostMatrix vectors;
};
/// Decomposes a symmetric matrix; reads its lower triangle. Throws Error if LAPACK gives up or an entry is not finite.
HostEigen eigen(const HostMatrix& a);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
