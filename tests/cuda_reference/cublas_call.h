#pragma once

#include <string>
#include <type_traits>

#include <cblas.h>
#include <cublas_v2.h>

#include "tests/cuda_reference/handle.h"

/// What the routines of cuBLAS have in common. OpenBLAS computes; the checks are cuBLAS's, and that memory is on the
/// right side.

namespace cuda_reference {

template <class T>
constexpr auto pick([[maybe_unused]] auto* single, [[maybe_unused]] auto* twice) {
  if constexpr (std::is_same_v<T, float>) {
    return single;
  } else {
    return twice;
  }
}

template <class T>
std::string full_name(const char* routine) {
  return fmt::format("cublas{}{}", std::is_same_v<T, float> ? 'S' : 'D', routine);
}

inline CBLAS_TRANSPOSE cblas(cublasOperation_t operation) {
  return operation == CUBLAS_OP_N ? CblasNoTrans : CblasTrans;
}
inline CBLAS_UPLO cblas(cublasFillMode_t fill) { return fill == CUBLAS_FILL_MODE_LOWER ? CblasLower : CblasUpper; }
inline CBLAS_SIDE cblas(cublasSideMode_t side) { return side == CUBLAS_SIDE_LEFT ? CblasLeft : CblasRight; }
inline CBLAS_DIAG cblas(cublasDiagType_t diag) { return diag == CUBLAS_DIAG_UNIT ? CblasUnit : CblasNonUnit; }

/// Rows of a matrix that is stored for an op(A) of that shape, and its columns.
inline int stored_rows(cublasOperation_t operation, int rows, int cols) {
  return operation == CUBLAS_OP_N ? rows : cols;
}
inline int stored_cols(cublasOperation_t operation, int rows, int cols) {
  return operation == CUBLAS_OP_N ? cols : rows;
}

template <class T>
Refusal matrix(const char* name, const T* data, int rows, int cols, int ld) {
  return first_of(leading(fmt::format("ld{}", name).c_str(), ld, rows), on_device(name, data, rows, cols, ld));
}

/// Refuses, or computes: sizes first, as cuBLAS does, then where memory is.
template <class T, class Check, class Compute>
cublasStatus_t call(const char* routine, cublasHandle_t handle, const Check& check, const Compute& compute) {
  const std::string name = full_name<T>(routine);
  if (!is_handle(handle)) return refuse(CUBLAS_STATUS_NOT_INITIALIZED, name, "found no handle");
  if (const Refusal refusal = check()) return refuse(CUBLAS_STATUS_INVALID_VALUE, name, *refusal);
  compute();
  ++counts().products;
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace cuda_reference
