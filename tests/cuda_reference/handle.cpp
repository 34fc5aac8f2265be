#include "tests/cuda_reference/handle.h"

#include <set>

namespace cuda_reference {
namespace {

std::set<cublasHandle_t>& handles() {
  static std::set<cublasHandle_t> handles;
  return handles;
}

cublasStatus_t refuse_handle(const char* call) {
  return refuse(CUBLAS_STATUS_NOT_INITIALIZED, call, "found no handle, expected what cublasCreate makes");
}

}  // namespace

bool is_handle(cublasHandle_t handle) { return handles().contains(handle); }

}  // namespace cuda_reference

using cuda_reference::handles;
using cuda_reference::is_handle;
using cuda_reference::refuse;
using cuda_reference::refuse_handle;

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  if (cuda_reference::device_count() == 0) {
    return refuse(CUBLAS_STATUS_NOT_INITIALIZED, "cublasCreate", "there is no device");
  }
  *handle = new cublasContext;
  handles().insert(*handle);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  if (handles().erase(handle) == 0) return refuse_handle("cublasDestroy");
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetVersion_v2(cublasHandle_t handle, int* version) {
  if (!is_handle(handle)) return refuse_handle("cublasGetVersion");
  *version = CUBLAS_VERSION;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  if (!is_handle(handle)) return refuse_handle("cublasSetStream");
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetPointerMode_v2(cublasHandle_t handle, cublasPointerMode_t mode) {
  if (!is_handle(handle)) return refuse_handle("cublasSetPointerMode");
  handle->pointer_mode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  if (!is_handle(handle)) return refuse_handle("cublasSetMathMode");
  handle->math_mode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasGetStatusName(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return "CUBLAS_STATUS_EXECUTION_FAILED";
    default:
      return "another cuBLAS status";
  }
}
