#pragma once

#include <span>
#include <utility>
#include <vector>

#include "framework/device.h"
#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A dense column-major matrix that owns its device memory. New tensors are zero.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Shape shape);
  Tensor(int rows, int cols) : Tensor(Shape{rows, cols}) {}
  /// Copies host values, column after column; throws UsageError when their number is not rows x cols.
  Tensor(Shape shape, std::span<const real> host) : Tensor(shape) { assign(host); }

  Tensor(const Tensor& other);
  Tensor& operator=(const Tensor& other);
  Tensor(Tensor&& other) noexcept : shape_(std::exchange(other.shape_, {})), data_(std::move(other.data_)) {}
  Tensor& operator=(Tensor&& other) noexcept {
    shape_ = std::exchange(other.shape_, {});
    data_ = std::move(other.data_);
    return *this;
  }
  ~Tensor() = default;

  [[nodiscard]] Shape shape() const { return shape_; }
  [[nodiscard]] std::size_t size() const { return shape_.size(); }
  [[nodiscard]] MatrixView view() { return {data(), shape_.rows, shape_.cols}; }
  [[nodiscard]] ConstMatrixView view() const { return {data(), shape_.rows, shape_.cols}; }
  // NOLINTBEGIN(google-explicit-constructor): a tensor may stand wherever its view may
  operator MatrixView() { return view(); }
  operator ConstMatrixView() const { return view(); }
  // NOLINTEND(google-explicit-constructor)

  void assign(std::span<const real> host);
  [[nodiscard]] std::vector<real> to_host() const;

 private:
  [[nodiscard]] real* data() const { return static_cast<real*>(data_.data()); }

  Shape shape_;
  DeviceMemory data_;
};

/// Copies between device memory and the host; the number of elements must match (UsageError).
void copy_to_device(std::span<const real> host, MatrixView device);
void copy_to_host(ConstMatrixView device, std::span<real> host);
std::vector<real> to_host(ConstMatrixView device);
/// The element of a 1 × 1 matrix.
real to_host_number(ConstMatrixView device);

/// Device to device; shapes must match (UsageError).
void copy(ConstMatrixView from, MatrixView to);
void fill(MatrixView view, real value);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
