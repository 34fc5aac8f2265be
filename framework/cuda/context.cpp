#include "framework/cuda/context.h"

#include "framework/cuda/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

CudaContext::CudaContext() {
  require_device();
  cublasHandle_t blas = nullptr;
  check_cuda(cublasCreate(&blas), "cublasCreate");
  blas_.reset(blas);
  cusolverDnHandle_t solver = nullptr;
  check_cuda(cusolverDnCreate(&solver), "cusolverDnCreate");
  solver_.reset(solver);
  check_cuda(cublasSetStream(blas, cuda_main_stream()), "cublasSetStream");
  check_cuda(cusolverDnSetStream(solver, cuda_main_stream()), "cusolverDnSetStream");
  // Products of floats have the precision of float, whatever the default of a later version is.
  check_cuda(cublasSetMathMode(blas, CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
  info_ = DeviceMemory(sizeof(int));
}

CudaContext& CudaContext::current() {
  thread_local CudaContext context;
  return context;
}

void* CudaContext::workspace(std::size_t bytes) {
  // Frees the old memory first: this waits until the device no longer uses it.
  if (workspace_.size() < bytes) workspace_ = {};
  if (workspace_.size() < bytes) workspace_ = DeviceMemory(bytes);
  return workspace_.data();
}

int CudaContext::read_info() const {
  int info = 0;
  copy_bytes_to_host(info_.data(), &info, sizeof(info));
  return info;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
