#include "framework/cuda/context.h"

#include "framework/cuda/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION::cuda {

Context::Context() {
  require_device();
  cublasHandle_t blas = nullptr;
  check(cublasCreate(&blas), "cublasCreate");
  blas_.reset(blas);
  cusolverDnHandle_t solver = nullptr;
  check(cusolverDnCreate(&solver), "cusolverDnCreate");
  solver_.reset(solver);
  check(cublasSetStream(blas, main_stream()), "cublasSetStream");
  check(cusolverDnSetStream(solver, main_stream()), "cusolverDnSetStream");
  // Products of floats are of floats, whatever a later version's default is.
  check(cublasSetMathMode(blas, CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
  info_ = DeviceMemory(sizeof(int));
}

Context& Context::current() {
  thread_local Context context;
  return context;
}

void* Context::workspace(std::size_t bytes) {
  // The old memory goes first: the device waits for what uses it.
  if (workspace_.size() < bytes) workspace_ = {};
  if (workspace_.size() < bytes) workspace_ = DeviceMemory(bytes);
  return workspace_.data();
}

int Context::read_info() const {
  int info = 0;
  copy_bytes_to_host(info_.data(), &info, sizeof(info));
  return info;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION::cuda
