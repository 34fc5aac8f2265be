#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <cusolverDn.h>
#include <gtest/gtest.h>

#include "tests/cuda_reference/reference.h"

/// The reference refuses what the libraries refuse, or would crash on: else what passes on it says little of them.

namespace {

using cuda_reference::last_refusal;

constexpr int kOrder = 3;
constexpr cublasOperation_t kAsIs = CUBLAS_OP_N;
constexpr cublasFillMode_t kLower = CUBLAS_FILL_MODE_LOWER;

template <class T>
T* allocate(std::size_t count) {
  void* data = nullptr;
  EXPECT_EQ(cudaMalloc(&data, count * sizeof(T)), cudaSuccess);
  return static_cast<T*>(data);
}

class CudaReference : public testing::Test {
 public:
  CudaReference(const CudaReference&) = delete;
  CudaReference& operator=(const CudaReference&) = delete;
  CudaReference(CudaReference&&) = delete;
  CudaReference& operator=(CudaReference&&) = delete;

 protected:
  CudaReference() {
    EXPECT_EQ(cublasCreate(&blas_), CUBLAS_STATUS_SUCCESS);
    EXPECT_EQ(cusolverDnCreate(&solver_), CUSOLVER_STATUS_SUCCESS);
    const std::vector<float> host(kOrder * kOrder, 1);
    EXPECT_EQ(cudaMemcpy(matrix_, host.data(), host.size() * sizeof(float), cudaMemcpyHostToDevice), cudaSuccess);
  }
  ~CudaReference() override {
    cublasDestroy(blas_);
    cusolverDnDestroy(solver_);
    cudaFree(matrix_);
    cudaFree(scalar_);
    cudaFree(info_);
  }

  cublasStatus_t gemm(int order, const float* alpha, const float* a, int lda) {
    const float beta = 0;
    return cublasSgemm(blas_, kAsIs, kAsIs, order, order, order, alpha, a, lda, matrix_, kOrder, &beta, matrix_,
                       kOrder);
  }

  const float one_ = 1;
  cublasHandle_t blas_ = nullptr;
  cusolverDnHandle_t solver_ = nullptr;
  float* matrix_ = allocate<float>(kOrder * kOrder);
  float* scalar_ = allocate<float>(1);
  int* info_ = allocate<int>(1);
};

TEST_F(CudaReference, TakesWhatIsRight) { EXPECT_EQ(gemm(kOrder, &one_, matrix_, kOrder), CUBLAS_STATUS_SUCCESS); }

TEST_F(CudaReference, RefusesHandlesThatAreNone) {
  EXPECT_EQ(cublasSscal(nullptr, 1, &one_, matrix_, 1), CUBLAS_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(last_refusal(), "cublasSscal: found no handle");
  EXPECT_EQ(cublasSetStream(nullptr, nullptr), CUBLAS_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(cublasSetPointerMode(nullptr, CUBLAS_POINTER_MODE_HOST), CUBLAS_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(cublasSetMathMode(nullptr, CUBLAS_DEFAULT_MATH), CUBLAS_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(cusolverDnSetStream(nullptr, nullptr), CUSOLVER_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(cusolverDnSpotrf(nullptr, kLower, kOrder, matrix_, kOrder, scalar_, 1, info_),
            CUSOLVER_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(last_refusal(), "cusolverDnSpotrf: found no handle");

  cublasHandle_t ended = nullptr;
  ASSERT_EQ(cublasCreate(&ended), CUBLAS_STATUS_SUCCESS);
  ASSERT_EQ(cublasDestroy(ended), CUBLAS_STATUS_SUCCESS);
  EXPECT_EQ(cublasSscal(ended, 1, &one_, matrix_, 1), CUBLAS_STATUS_NOT_INITIALIZED);
  EXPECT_EQ(cublasDestroy(ended), CUBLAS_STATUS_NOT_INITIALIZED);
}

TEST_F(CudaReference, RefusesLeadingDimensionsSizesAndIncrements) {
  EXPECT_EQ(gemm(kOrder, &one_, matrix_, kOrder - 1), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSgemm: lda is 2, expected at least 3");
  EXPECT_EQ(gemm(-1, &one_, matrix_, kOrder), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSgemm: m is -1, expected none below 0");
  EXPECT_EQ(cublasSger(blas_, 1, 1, &one_, matrix_, 0, matrix_, 1, matrix_, 1), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSger: incx is 0, expected another number");
  int size = 0;
  EXPECT_EQ(cusolverDnSpotrf_bufferSize(solver_, kLower, kOrder, matrix_, kOrder - 1, &size),
            CUSOLVER_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cusolverDnSpotrf_bufferSize: lda is 2, expected at least 3");
}

TEST_F(CudaReference, RefusesMemoryOfTheHostAndWhatReachesBeyondAnAllocation) {
  const std::vector<float> host(kOrder * kOrder);
  EXPECT_EQ(gemm(kOrder, &one_, host.data(), kOrder), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSgemm: a is not 9 elements of device memory");
  EXPECT_EQ(gemm(kOrder, &one_, matrix_ + 1, kOrder), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(gemm(kOrder, &one_, matrix_, kOrder + 1), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSgemm: a is not 11 elements of device memory");
}

TEST_F(CudaReference, RefusesScalarsOnTheOtherSideThanThePointerModeSays) {
  EXPECT_EQ(cublasSscal(blas_, 1, scalar_, matrix_, 1), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSscal: alpha is on the device, expected on the host in this pointer mode");
  EXPECT_EQ(cublasSdot(blas_, 1, matrix_, 1, matrix_, 1, scalar_), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(cublasSscal(blas_, 1, nullptr, matrix_, 1), CUBLAS_STATUS_INVALID_VALUE);

  ASSERT_EQ(cublasSetPointerMode(blas_, CUBLAS_POINTER_MODE_DEVICE), CUBLAS_STATUS_SUCCESS);
  float sum = 0;
  EXPECT_EQ(cublasSdot(blas_, 1, matrix_, 1, matrix_, 1, &sum), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cublasSdot: result is on the host, expected on the device in this pointer mode");
  EXPECT_EQ(cublasSscal(blas_, 1, &one_, matrix_, 1), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(cublasSdot(blas_, 1, matrix_, 1, matrix_, 1, scalar_), CUBLAS_STATUS_SUCCESS);
}

TEST_F(CudaReference, RefusesWorkspacesOfAnotherSizeThanItAsksForAndInfoOnTheHost) {
  int size = 0;
  ASSERT_EQ(cusolverDnSpotrf_bufferSize(solver_, kLower, kOrder, matrix_, kOrder, &size), CUSOLVER_STATUS_SUCCESS);
  float* const work = allocate<float>(static_cast<std::size_t>(size));
  EXPECT_EQ(cusolverDnSpotrf(solver_, kLower, kOrder, matrix_, kOrder, work, size - 1, info_),
            CUSOLVER_STATUS_INVALID_VALUE);
  EXPECT_EQ(cusolverDnSpotrf(solver_, kLower, kOrder, matrix_, kOrder, scalar_, size, info_),
            CUSOLVER_STATUS_INVALID_VALUE);
  int on_host = 0;
  EXPECT_EQ(cusolverDnSpotrf(solver_, kLower, kOrder, matrix_, kOrder, work, size, &on_host),
            CUSOLVER_STATUS_INVALID_VALUE);
  EXPECT_EQ(last_refusal(), "cusolverDnSpotrf: info is not 1 elements of device memory");
  // Ones everywhere: the second minor is zero.
  EXPECT_EQ(cusolverDnSpotrf(solver_, kLower, kOrder, matrix_, kOrder, work, size, info_), CUSOLVER_STATUS_SUCCESS);
  EXPECT_EQ(*info_, 2);
  cudaFree(work);
}

TEST_F(CudaReference, RefusesCopiesOfTheWrongKindAndMemoryThatIsNotItsOwn) {
  float host = 0;
  EXPECT_EQ(cudaMemcpy(&host, &one_, sizeof(float), cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(&host, matrix_, sizeof(float), cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(scalar_, matrix_, 2 * sizeof(float), cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(matrix_ + 1), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(&host), cudaErrorInvalidValue);
}

TEST_F(CudaReference, RefusesStreamsAndEventsThatAreNoneAndCopiesThatWouldWait) {
  cudaStream_t stream = nullptr;
  cudaEvent_t event = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  ASSERT_EQ(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), cudaSuccess);
  EXPECT_EQ(cudaMemcpyAsync(scalar_, &one_, sizeof(float), cudaMemcpyHostToDevice, stream), cudaErrorInvalidValue);
  EXPECT_EQ(last_refusal(), "cudaMemcpyAsync: the memory read is not pinned: it would wait");
  ASSERT_EQ(cudaEventDestroy(event), cudaSuccess);
  EXPECT_EQ(cudaEventRecord(event, stream), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaStreamWaitEvent(stream, event, 0), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaEventSynchronize(event), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaEventDestroy(event), cudaErrorInvalidResourceHandle);
  ASSERT_EQ(cudaStreamDestroy(stream), cudaSuccess);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaStreamDestroy(stream), cudaErrorInvalidResourceHandle);
}

// So that code that forgets to wait for its bytes does not find them.
TEST_F(CudaReference, CopiesOnAStreamWhenItIsWaitedFor) {
  cudaStream_t stream = nullptr;
  cudaEvent_t event = nullptr;
  void* pinned = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  ASSERT_EQ(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), cudaSuccess);
  ASSERT_EQ(cudaMallocHost(&pinned, sizeof(float)), cudaSuccess);
  *static_cast<float*>(pinned) = 5;
  ASSERT_EQ(cudaMemcpyAsync(scalar_, pinned, sizeof(float), cudaMemcpyHostToDevice, stream), cudaSuccess);
  ASSERT_EQ(cudaEventRecord(event, stream), cudaSuccess);
  EXPECT_NE(*scalar_, 5);
  ASSERT_EQ(cudaStreamWaitEvent(nullptr, event, 0), cudaSuccess);
  EXPECT_EQ(*scalar_, 5);
  cudaFreeHost(pinned);
  cudaEventDestroy(event);
  cudaStreamDestroy(stream);
}

TEST_F(CudaReference, MemoryIsNotZeroWhenNew) {
  const float* const fresh = allocate<float>(1);
  EXPECT_NE(*fresh, *fresh);
  cudaFree(const_cast<float*>(fresh));
}

}  // namespace
