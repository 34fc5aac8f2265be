#pragma once

#include <span>
#include <vector>

#include <thrust/device_vector.h>

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A dense column-major matrix that owns its device memory. New tensors are zero.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Shape shape) : shape_(shape), data_(shape.size()) {}
  Tensor(int rows, int cols) : Tensor(Shape{rows, cols}) {}
  /// Copies host values, column after column; throws UsageError when their number is not rows x cols.
  Tensor(Shape shape, std::span<const real> host) : Tensor(shape) { assign(host); }

  Tensor(const Tensor&) = default;
  Tensor& operator=(const Tensor&) = default;
  // Thrust does not mark its moves noexcept, and without it a growing std::vector copies: views would dangle.
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;
  ~Tensor() = default;

  [[nodiscard]] Shape shape() const { return shape_; }
  [[nodiscard]] std::size_t size() const { return data_.size(); }
  [[nodiscard]] MatrixView view() { return {thrust::raw_pointer_cast(data_.data()), shape_.rows, shape_.cols}; }
  [[nodiscard]] ConstMatrixView view() const {
    return {thrust::raw_pointer_cast(data_.data()), shape_.rows, shape_.cols};
  }
  // NOLINTBEGIN(google-explicit-constructor): a tensor stands wherever its view does
  operator MatrixView() { return view(); }
  operator ConstMatrixView() const { return view(); }
  // NOLINTEND(google-explicit-constructor)

  void assign(std::span<const real> host);
  [[nodiscard]] std::vector<real> to_host() const;

 private:
  Shape shape_;
  thrust::device_vector<real> data_;
};

/// Copies between device memory and the host; the number of elements must match (UsageError).
void copy_to_device(std::span<const real> host, MatrixView device);
void copy_to_host(ConstMatrixView device, std::span<real> host);
std::vector<real> to_host(ConstMatrixView device);
/// Of a 1 × 1 matrix.
real to_host_number(ConstMatrixView device);

/// Device to device; shapes must match (UsageError).
void copy(ConstMatrixView from, MatrixView to);
void fill(MatrixView view, real value);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
