#include <limits>
#include <set>
#include <string>
#include <type_traits>

#include <cusolverDn.h>
#include <lapacke.h>

#include "tests/cuda_reference/arguments.h"

// LAPACK computes, in memory of its own; that for cuSOLVER is asked for, looked at and spoilt.

struct cusolverDnContext {
  cudaStream_t stream = nullptr;
};

namespace cuda_reference {
namespace {

std::set<cusolverDnHandle_t>& handles() {
  static std::set<cusolverDnHandle_t> handles;
  return handles;
}

/// Elements that a factorisation of that order asks for.
int workspace_elements(int n) { return 32 * n + 1; }

template <class T>
std::string full_name(const char* routine) {
  return fmt::format("cusolverDn{}{}", std::is_same_v<T, float> ? 'S' : 'D', routine);
}

template <class Check, class Compute>
cusolverStatus_t call(const std::string& name, cusolverDnHandle_t handle, const Check& check, const Compute& compute) {
  if (!handles().contains(handle)) return refuse(CUSOLVER_STATUS_NOT_INITIALIZED, name, "found no handle");
  if (const Refusal refusal = check()) return refuse(CUSOLVER_STATUS_INVALID_VALUE, name, *refusal);
  compute();
  return CUSOLVER_STATUS_SUCCESS;
}

template <class T>
Refusal workspace(const T* work, int elements, int n) {
  if (elements < workspace_elements(n)) {
    return fmt::format("lwork is {}, expected the {} that it asks for", elements, workspace_elements(n));
  }
  return on_device("work", work, elements, 1, elements);
}

template <class T>
cusolverStatus_t buffer_size(const char* routine, cusolverDnHandle_t handle, int n, const T* a, int lda, int* size) {
  return call(
      full_name<T>(routine), handle,
      [&] { return first_of(cuda_reference::size("n", n), leading("lda", lda, n), on_device("a", a, n, n, lda)); },
      [&] { *size = workspace_elements(n); });
}

template <class T>
void spoil(T* work, int elements) {
  for (int i = 0; i < elements; ++i) work[i] = std::numeric_limits<T>::quiet_NaN();
}

/// potrf and potri: a triangle in its place, by LAPACK's routine.
template <class T>
cusolverStatus_t in_place(const char* routine, int (*lapack)(int, char, int, T*, int), cusolverDnHandle_t handle,
                          cublasFillMode_t fill, int n, T* a, int lda, T* work, int elements, int* info) {
  return call(
      full_name<T>(routine), handle,
      [&] {
        return first_of(size("n", n), leading("lda", lda, n), on_device("a", a, n, n, lda),
                        workspace(work, elements, n), on_device("info", info, 1, 1, 1));
      },
      [&] {
        *info = lapack(LAPACK_COL_MAJOR, fill == CUBLAS_FILL_MODE_LOWER ? 'L' : 'U', n, a, lda);
        spoil(work, elements);
      });
}

template <class T>
cusolverStatus_t syevd(cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t fill, int n, T* a, int lda,
                       T* values, T* work, int elements, int* info) {
  return call(
      full_name<T>("syevd"), handle,
      [&] {
        return first_of(size("n", n), leading("lda", lda, n), on_device("a", a, n, n, lda),
                        on_device("w", values, n, 1, n), workspace(work, elements, n),
                        on_device("info", info, 1, 1, 1));
      },
      [&] {
        const char vectors = mode == CUSOLVER_EIG_MODE_VECTOR ? 'V' : 'N';
        const char triangle = fill == CUBLAS_FILL_MODE_LOWER ? 'L' : 'U';
        if constexpr (std::is_same_v<T, float>) {
          *info = LAPACKE_ssyevd(LAPACK_COL_MAJOR, vectors, triangle, n, a, lda, values);
        } else {
          *info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, vectors, triangle, n, a, lda, values);
        }
        spoil(work, elements);
      });
}

}  // namespace
}  // namespace cuda_reference

using cuda_reference::handles;
using cuda_reference::refuse;

cusolverStatus_t cusolverDnCreate(cusolverDnHandle_t* handle) {
  if (cuda_reference::device_count() == 0) {
    return refuse(CUSOLVER_STATUS_NOT_INITIALIZED, "cusolverDnCreate", "there is no device");
  }
  *handle = new cusolverDnContext;
  handles().insert(*handle);
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnDestroy(cusolverDnHandle_t handle) {
  if (handles().erase(handle) == 0) return refuse(CUSOLVER_STATUS_NOT_INITIALIZED, "cusolverDnDestroy", "no handle");
  delete handle;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnSetStream(cusolverDnHandle_t handle, cudaStream_t stream) {
  if (!handles().contains(handle)) {
    return refuse(CUSOLVER_STATUS_NOT_INITIALIZED, "cusolverDnSetStream", "found no handle");
  }
  handle->stream = stream;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnSpotrf_bufferSize(cusolverDnHandle_t handle, cublasFillMode_t /*fill*/, int n, float* a,
                                             int lda, int* size) {
  return cuda_reference::buffer_size("potrf_bufferSize", handle, n, a, lda, size);
}

cusolverStatus_t cusolverDnSpotrf(cusolverDnHandle_t handle, cublasFillMode_t fill, int n, float* a, int lda,
                                  float* work, int lwork, int* info) {
  return cuda_reference::in_place("potrf", LAPACKE_spotrf_work, handle, fill, n, a, lda, work, lwork, info);
}

cusolverStatus_t cusolverDnDpotrf_bufferSize(cusolverDnHandle_t handle, cublasFillMode_t /*fill*/, int n, double* a,
                                             int lda, int* size) {
  return cuda_reference::buffer_size("potrf_bufferSize", handle, n, a, lda, size);
}

cusolverStatus_t cusolverDnDpotrf(cusolverDnHandle_t handle, cublasFillMode_t fill, int n, double* a, int lda,
                                  double* work, int lwork, int* info) {
  return cuda_reference::in_place("potrf", LAPACKE_dpotrf_work, handle, fill, n, a, lda, work, lwork, info);
}

cusolverStatus_t cusolverDnSpotri_bufferSize(cusolverDnHandle_t handle, cublasFillMode_t /*fill*/, int n, float* a,
                                             int lda, int* size) {
  return cuda_reference::buffer_size("potri_bufferSize", handle, n, a, lda, size);
}

cusolverStatus_t cusolverDnSpotri(cusolverDnHandle_t handle, cublasFillMode_t fill, int n, float* a, int lda,
                                  float* work, int lwork, int* info) {
  return cuda_reference::in_place("potri", LAPACKE_spotri_work, handle, fill, n, a, lda, work, lwork, info);
}

cusolverStatus_t cusolverDnDpotri_bufferSize(cusolverDnHandle_t handle, cublasFillMode_t /*fill*/, int n, double* a,
                                             int lda, int* size) {
  return cuda_reference::buffer_size("potri_bufferSize", handle, n, a, lda, size);
}

cusolverStatus_t cusolverDnDpotri(cusolverDnHandle_t handle, cublasFillMode_t fill, int n, double* a, int lda,
                                  double* work, int lwork, int* info) {
  return cuda_reference::in_place("potri", LAPACKE_dpotri_work, handle, fill, n, a, lda, work, lwork, info);
}

cusolverStatus_t cusolverDnSsyevd_bufferSize(cusolverDnHandle_t handle, cusolverEigMode_t /*mode*/,
                                             cublasFillMode_t /*fill*/, int n, const float* a, int lda,
                                             const float* /*w*/, int* size) {
  return cuda_reference::buffer_size("syevd_bufferSize", handle, n, a, lda, size);
}

cusolverStatus_t cusolverDnSsyevd(cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t fill, int n,
                                  float* a, int lda, float* w, float* work, int lwork, int* info) {
  return cuda_reference::syevd(handle, mode, fill, n, a, lda, w, work, lwork, info);
}

cusolverStatus_t cusolverDnDsyevd_bufferSize(cusolverDnHandle_t handle, cusolverEigMode_t /*mode*/,
                                             cublasFillMode_t /*fill*/, int n, const double* a, int lda,
                                             const double* /*w*/, int* size) {
  return cuda_reference::buffer_size("syevd_bufferSize", handle, n, a, lda, size);
}

cusolverStatus_t cusolverDnDsyevd(cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t fill, int n,
                                  double* a, int lda, double* w, double* work, int lwork, int* info) {
  return cuda_reference::syevd(handle, mode, fill, n, a, lda, w, work, lwork, info);
}
