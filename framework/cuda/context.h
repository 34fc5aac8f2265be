#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <cusolverDn.h>

#include "framework/device.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The stream on which kernels, linear algebra and copies run in the order of their start. It is CUDA's default stream,
/// which Thrust's kernels use.
inline cudaStream_t cuda_main_stream() { return cudaStreamLegacy; }

/// One thread's handles of cuBLAS and cuSOLVER on cuda_main_stream(), and the memory that cuSOLVER works in.
class CudaContext {
 public:
  /// Throws Error where there is no device.
  CudaContext();

  /// The context of the calling thread, made at its first call.
  static CudaContext& current();

  [[nodiscard]] cublasHandle_t blas() const { return blas_.get(); }
  [[nodiscard]] cusolverDnHandle_t solver() const { return solver_.get(); }

  /// At least `bytes` bytes. Work of the last caller on the stream may still be using them. Memory only grows.
  void* workspace(std::size_t bytes);

  /// The address on the device to which cuSOLVER writes its info.
  [[nodiscard]] int* info() const { return static_cast<int*>(info_.data()); }
  /// Waits for that info and returns it.
  [[nodiscard]] int read_info() const;

 private:
  struct Destroy {
    void operator()(cublasHandle_t handle) const noexcept { cublasDestroy(handle); }
    void operator()(cusolverDnHandle_t handle) const noexcept { cusolverDnDestroy(handle); }
  };

  std::unique_ptr<std::remove_pointer_t<cublasHandle_t>, Destroy> blas_;
  std::unique_ptr<std::remove_pointer_t<cusolverDnHandle_t>, Destroy> solver_;
  DeviceMemory info_;
  DeviceMemory workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
