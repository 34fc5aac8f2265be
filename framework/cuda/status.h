#pragma once

#include <string_view>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <cusolverDn.h>

#include "framework/real.h"

/// Turns the status codes of NVIDIA's libraries into exceptions.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

// Throw Error with the call's name and what it returned, or std::bad_alloc if memory is lacking.
void check_cuda(cudaError_t status, std::string_view call);
void check_cuda(cublasStatus_t status, std::string_view call);
void check_cuda(cusolverStatus_t status, std::string_view call);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
