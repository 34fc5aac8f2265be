#include "tests/cuda_reference/cublas_call.h"

namespace cuda_reference {
namespace {

template <class T>
cublasStatus_t gemv(cublasHandle_t handle, cublasOperation_t op, int m, int n, const T* alpha, const T* a, int lda,
                    const T* x, int incx, const T* beta, T* y, int incy) {
  return call<T>(
      "gemv", handle,
      [&] {
        return first_of(size("m", m), size("n", n), scalar(handle, "alpha", alpha), scalar(handle, "beta", beta),
                        increment("incx", incx), increment("incy", incy), matrix("a", a, m, n, lda),
                        vector_on_device("x", x, stored_cols(op, m, n), incx),
                        vector_on_device("y", y, stored_rows(op, m, n), incy));
      },
      [&] {
        pick<T>(cblas_sgemv, cblas_dgemv)(CblasColMajor, cblas(op), m, n, *alpha, a, lda, x, incx, *beta, y, incy);
      });
}

template <class T>
cublasStatus_t ger(cublasHandle_t handle, int m, int n, const T* alpha, const T* x, int incx, const T* y, int incy,
                   T* a, int lda) {
  return call<T>(
      "ger", handle,
      [&] {
        return first_of(size("m", m), size("n", n), scalar(handle, "alpha", alpha), increment("incx", incx),
                        increment("incy", incy), vector_on_device("x", x, m, incx), vector_on_device("y", y, n, incy),
                        matrix("a", a, m, n, lda));
      },
      [&] { pick<T>(cblas_sger, cblas_dger)(CblasColMajor, m, n, *alpha, x, incx, y, incy, a, lda); });
}

template <class T>
cublasStatus_t dot(cublasHandle_t handle, int n, const T* x, int incx, const T* y, int incy, T* result) {
  return call<T>(
      "dot", handle,
      [&] {
        return first_of(scalar(handle, "result", result), vector_on_device("x", x, n, incx),
                        vector_on_device("y", y, n, incy));
      },
      [&] {
        *result = pick<T>(cblas_sdot, cblas_ddot)(n, x, incx, y, incy);
        if (handle->pointer_mode == CUBLAS_POINTER_MODE_HOST) ++counts().waits;
      });
}

template <class T>
cublasStatus_t axpy(cublasHandle_t handle, int n, const T* alpha, const T* x, int incx, T* y, int incy) {
  return call<T>(
      "axpy", handle,
      [&] {
        return first_of(scalar(handle, "alpha", alpha), vector_on_device("x", x, n, incx),
                        vector_on_device("y", y, n, incy));
      },
      [&] { pick<T>(cblas_saxpy, cblas_daxpy)(n, *alpha, x, incx, y, incy); });
}

template <class T>
cublasStatus_t scal(cublasHandle_t handle, int n, const T* alpha, T* x, int incx) {
  return call<T>(
      "scal", handle, [&] { return first_of(scalar(handle, "alpha", alpha), vector_on_device("x", x, n, incx)); },
      [&] { pick<T>(cblas_sscal, cblas_dscal)(n, *alpha, x, incx); });
}

}  // namespace
}  // namespace cuda_reference

cublasStatus_t cublasSgemv_v2(cublasHandle_t handle, cublasOperation_t op, int m, int n, const float* alpha,
                              const float* a, int lda, const float* x, int incx, const float* beta, float* y,
                              int incy) {
  return cuda_reference::gemv(handle, op, m, n, alpha, a, lda, x, incx, beta, y, incy);
}

cublasStatus_t cublasDgemv_v2(cublasHandle_t handle, cublasOperation_t op, int m, int n, const double* alpha,
                              const double* a, int lda, const double* x, int incx, const double* beta, double* y,
                              int incy) {
  return cuda_reference::gemv(handle, op, m, n, alpha, a, lda, x, incx, beta, y, incy);
}

cublasStatus_t cublasSger_v2(cublasHandle_t handle, int m, int n, const float* alpha, const float* x, int incx,
                             const float* y, int incy, float* a, int lda) {
  return cuda_reference::ger(handle, m, n, alpha, x, incx, y, incy, a, lda);
}

cublasStatus_t cublasDger_v2(cublasHandle_t handle, int m, int n, const double* alpha, const double* x, int incx,
                             const double* y, int incy, double* a, int lda) {
  return cuda_reference::ger(handle, m, n, alpha, x, incx, y, incy, a, lda);
}

cublasStatus_t cublasSdot_v2(cublasHandle_t handle, int n, const float* x, int incx, const float* y, int incy,
                             float* result) {
  return cuda_reference::dot(handle, n, x, incx, y, incy, result);
}

cublasStatus_t cublasDdot_v2(cublasHandle_t handle, int n, const double* x, int incx, const double* y, int incy,
                             double* result) {
  return cuda_reference::dot(handle, n, x, incx, y, incy, result);
}

cublasStatus_t cublasSaxpy_v2(cublasHandle_t handle, int n, const float* alpha, const float* x, int incx, float* y,
                              int incy) {
  return cuda_reference::axpy(handle, n, alpha, x, incx, y, incy);
}

cublasStatus_t cublasDaxpy_v2(cublasHandle_t handle, int n, const double* alpha, const double* x, int incx, double* y,
                              int incy) {
  return cuda_reference::axpy(handle, n, alpha, x, incx, y, incy);
}

cublasStatus_t cublasSscal_v2(cublasHandle_t handle, int n, const float* alpha, float* x, int incx) {
  return cuda_reference::scal(handle, n, alpha, x, incx);
}

cublasStatus_t cublasDscal_v2(cublasHandle_t handle, int n, const double* alpha, double* x, int incx) {
  return cuda_reference::scal(handle, n, alpha, x, incx);
}
