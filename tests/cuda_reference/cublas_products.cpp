#include <cstddef>
#include <type_traits>
#include <vector>

#include "tests/cuda_reference/cublas_call.h"

namespace cuda_reference {
namespace {

template <class T>
cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n, int k,
                    const T* alpha, const T* a, int lda, const T* b, int ldb, const T* beta, T* c, int ldc) {
  return call<T>(
      "gemm", handle,
      [&] {
        return first_of(
            size("m", m), size("n", n), size("k", k), scalar(handle, "alpha", alpha), scalar(handle, "beta", beta),
            matrix("a", a, stored_rows(op_a, m, k), stored_cols(op_a, m, k), lda),
            matrix("b", b, stored_rows(op_b, k, n), stored_cols(op_b, k, n), ldb), matrix("c", c, m, n, ldc));
      },
      [&] {
        if (std::is_same_v<T, float> && handle->math_mode == CUBLAS_TF32_TENSOR_OP_MATH) {
          ++counts().float_products_in_tf32;
        }
        pick<T>(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(op_a), cblas(op_b), m, n, k, *alpha, a, lda, b, ldb,
                                          *beta, c, ldc);
      });
}

template <class T>
cublasStatus_t syrk(cublasHandle_t handle, cublasFillMode_t fill, cublasOperation_t op, int n, int k, const T* alpha,
                    const T* a, int lda, const T* beta, T* c, int ldc) {
  return call<T>(
      "syrk", handle,
      [&] {
        return first_of(size("n", n), size("k", k), scalar(handle, "alpha", alpha), scalar(handle, "beta", beta),
                        matrix("a", a, stored_rows(op, n, k), stored_cols(op, n, k), lda), matrix("c", c, n, n, ldc));
      },
      [&] {
        pick<T>(cblas_ssyrk, cblas_dsyrk)(CblasColMajor, cblas(fill), cblas(op), n, k, *alpha, a, lda, *beta, c, ldc);
      });
}

/// The whole product, of which the triangle is kept.
template <class T>
cublasStatus_t syrkx(cublasHandle_t handle, cublasFillMode_t fill, cublasOperation_t op, int n, int k, const T* alpha,
                     const T* a, int lda, const T* b, int ldb, const T* beta, T* c, int ldc) {
  return call<T>(
      "syrkx", handle,
      [&] {
        return first_of(size("n", n), size("k", k), scalar(handle, "alpha", alpha), scalar(handle, "beta", beta),
                        matrix("a", a, stored_rows(op, n, k), stored_cols(op, n, k), lda),
                        matrix("b", b, stored_rows(op, n, k), stored_cols(op, n, k), ldb), matrix("c", c, n, n, ldc));
      },
      [&] {
        const auto count = static_cast<std::size_t>(n);
        std::vector<T> product(count * count);
        pick<T>(cblas_sgemm, cblas_dgemm)(CblasColMajor, cblas(op), op == CUBLAS_OP_N ? CblasTrans : CblasNoTrans, n, n,
                                          k, *alpha, a, lda, b, ldb, 0, product.data(), n);
        for (std::size_t col = 0; col < count; ++col) {
          for (std::size_t row = 0; row < count; ++row) {
            if (fill == CUBLAS_FILL_MODE_LOWER ? row < col : row > col) continue;
            T& element = c[row + col * static_cast<std::size_t>(ldc)];
            element = product[row + col * count] + (*beta == 0 ? T{0} : *beta * element);
          }
        }
      });
}

template <class T>
cublasStatus_t symm(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, int m, int n, const T* alpha,
                    const T* a, int lda, const T* b, int ldb, const T* beta, T* c, int ldc) {
  const int order = side == CUBLAS_SIDE_LEFT ? m : n;
  return call<T>(
      "symm", handle,
      [&] {
        return first_of(size("m", m), size("n", n), scalar(handle, "alpha", alpha), scalar(handle, "beta", beta),
                        matrix("a", a, order, order, lda), matrix("b", b, m, n, ldb), matrix("c", c, m, n, ldc));
      },
      [&] {
        pick<T>(cblas_ssymm, cblas_dsymm)(CblasColMajor, cblas(side), cblas(fill), m, n, *alpha, a, lda, b, ldb, *beta,
                                          c, ldc);
      });
}

template <class T>
cublasStatus_t trsm(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, cublasOperation_t op,
                    cublasDiagType_t diag, int m, int n, const T* alpha, const T* a, int lda, T* b, int ldb) {
  const int order = side == CUBLAS_SIDE_LEFT ? m : n;
  return call<T>(
      "trsm", handle,
      [&] {
        return first_of(size("m", m), size("n", n), scalar(handle, "alpha", alpha), matrix("a", a, order, order, lda),
                        matrix("b", b, m, n, ldb));
      },
      [&] {
        pick<T>(cblas_strsm, cblas_dtrsm)(CblasColMajor, cblas(side), cblas(fill), cblas(op), cblas(diag), m, n, *alpha,
                                          a, lda, b, ldb);
      });
}

}  // namespace
}  // namespace cuda_reference

cublasStatus_t cublasSgemm_v2(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n,
                              int k, const float* alpha, const float* a, int lda, const float* b, int ldb,
                              const float* beta, float* c, int ldc) {
  return cuda_reference::gemm(handle, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t cublasDgemm_v2(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n,
                              int k, const double* alpha, const double* a, int lda, const double* b, int ldb,
                              const double* beta, double* c, int ldc) {
  return cuda_reference::gemm(handle, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t cublasSsyrk_v2(cublasHandle_t handle, cublasFillMode_t fill, cublasOperation_t op, int n, int k,
                              const float* alpha, const float* a, int lda, const float* beta, float* c, int ldc) {
  return cuda_reference::syrk(handle, fill, op, n, k, alpha, a, lda, beta, c, ldc);
}

cublasStatus_t cublasDsyrk_v2(cublasHandle_t handle, cublasFillMode_t fill, cublasOperation_t op, int n, int k,
                              const double* alpha, const double* a, int lda, const double* beta, double* c, int ldc) {
  return cuda_reference::syrk(handle, fill, op, n, k, alpha, a, lda, beta, c, ldc);
}

cublasStatus_t cublasSsyrkx(cublasHandle_t handle, cublasFillMode_t fill, cublasOperation_t op, int n, int k,
                            const float* alpha, const float* a, int lda, const float* b, int ldb, const float* beta,
                            float* c, int ldc) {
  return cuda_reference::syrkx(handle, fill, op, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t cublasDsyrkx(cublasHandle_t handle, cublasFillMode_t fill, cublasOperation_t op, int n, int k,
                            const double* alpha, const double* a, int lda, const double* b, int ldb, const double* beta,
                            double* c, int ldc) {
  return cuda_reference::syrkx(handle, fill, op, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t cublasSsymm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, int m, int n,
                              const float* alpha, const float* a, int lda, const float* b, int ldb, const float* beta,
                              float* c, int ldc) {
  return cuda_reference::symm(handle, side, fill, m, n, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t cublasDsymm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, int m, int n,
                              const double* alpha, const double* a, int lda, const double* b, int ldb,
                              const double* beta, double* c, int ldc) {
  return cuda_reference::symm(handle, side, fill, m, n, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t cublasStrsm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, cublasOperation_t op,
                              cublasDiagType_t diag, int m, int n, const float* alpha, const float* a, int lda,
                              float* b, int ldb) {
  return cuda_reference::trsm(handle, side, fill, op, diag, m, n, alpha, a, lda, b, ldb);
}

cublasStatus_t cublasDtrsm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, cublasOperation_t op,
                              cublasDiagType_t diag, int m, int n, const double* alpha, const double* a, int lda,
                              double* b, int ldb) {
  return cuda_reference::trsm(handle, side, fill, op, diag, m, n, alpha, a, lda, b, ldb);
}
