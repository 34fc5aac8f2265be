#pragma once

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

#include "tests/cuda_reference/arguments.h"

/// What a handle of cuBLAS is to the reference.
struct cublasContext {
  cudaStream_t stream = nullptr;
  cublasPointerMode_t pointer_mode = CUBLAS_POINTER_MODE_HOST;
  cublasMath_t math_mode = CUBLAS_DEFAULT_MATH;
};

namespace cuda_reference {

/// One that cublasCreate has made and cublasDestroy has not ended.
bool is_handle(cublasHandle_t handle);

/// Alpha, beta or a result: on the side that the pointer mode says.
template <class T>
Refusal scalar(cublasHandle_t handle, const char* name, const T* data) {
  if (data == nullptr) return fmt::format("{} is null", name);
  const bool device = handle->pointer_mode == CUBLAS_POINTER_MODE_DEVICE;
  if (device ? is_device_memory(data, sizeof(T)) : !is_device_address(data)) return {};
  return fmt::format("{} is on the {}, expected on the {} in this pointer mode", name, device ? "host" : "device",
                     device ? "device" : "host");
}

}  // namespace cuda_reference
