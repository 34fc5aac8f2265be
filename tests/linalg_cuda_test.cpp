#include <functional>
#include <limits>
#include <new>
#include <thread>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/cuda/context.h"
#include "framework/cuda/status.h"
#include "framework/device.h"
#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/workspace.h"
#include "tests/cuda_reference/reference.h"
#include "tests/support/matrices.h"

/// What framework/cuda/ does beyond linalg.h's contract, which linalg_test.cpp tests of it as of the host's.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using cuda_reference::counts;
using testing::ThrowsMessage;

TEST(RequireDevice, NamesWhatIsMissingAndTheBuildThatNeedsNone) {
  EXPECT_NO_THROW(require_device());
  cuda_reference::device_count() = 0;
  EXPECT_THAT([] { require_device(); },
              ThrowsMessage<Error>("no CUDA device: found cudaErrorNoDevice (no CUDA-capable device is detected), "
                                   "expected an NVIDIA GPU and its driver; the host build, meson setup -Ddevice=omp, "
                                   "needs neither"));
  cuda_reference::device_count() = 1;
}

TEST(Status, BecomesAnErrorWithTheCallsName) {
  EXPECT_THAT([] { check_cuda(cudaErrorInvalidValue, "cudaMalloc"); },
              ThrowsMessage<Error>("cudaMalloc: found cudaErrorInvalidValue (as the reference names it), expected "
                                   "cudaSuccess"));
  EXPECT_THAT([] { check_cuda(CUBLAS_STATUS_EXECUTION_FAILED, "cublasSgemm"); },
              ThrowsMessage<Error>("cublasSgemm: found CUBLAS_STATUS_EXECUTION_FAILED, expected "
                                   "CUBLAS_STATUS_SUCCESS"));
  EXPECT_THAT([] { check_cuda(CUSOLVER_STATUS_INTERNAL_ERROR, "cusolverDnSpotrf"); },
              ThrowsMessage<Error>("cusolverDnSpotrf: found CUSOLVER_STATUS_INTERNAL_ERROR (7), expected "
                                   "CUSOLVER_STATUS_SUCCESS"));
}

TEST(Status, IsLackOfMemoryWhereItIs) {
  EXPECT_THROW(check_cuda(cudaErrorMemoryAllocation, "cudaMalloc"), std::bad_alloc);
  EXPECT_THROW(check_cuda(CUBLAS_STATUS_ALLOC_FAILED, "cublasCreate"), std::bad_alloc);
  EXPECT_THROW(check_cuda(CUSOLVER_STATUS_ALLOC_FAILED, "cusolverDnCreate"), std::bad_alloc);
}

// A view of memory that is not the device's is what a bug would be.
TEST(LinalgCuda, NamesTheRoutineThatWasRefused) {
  real on_host = 0;
  const char* const message = std::is_same_v<real, float>
                                  ? "cublasSscal: found CUBLAS_STATUS_INVALID_VALUE, expected CUBLAS_STATUS_SUCCESS"
                                  : "cublasDscal: found CUBLAS_STATUS_INVALID_VALUE, expected CUBLAS_STATUS_SUCCESS";
  EXPECT_THAT([&] { scal(1, MatrixView{&on_host, 1, 1}); }, ThrowsMessage<Error>(message));
}

TEST(LinalgCuda, AnswersToNanAsLapackeDoes) {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  const Matrix above(2, 2, {1, 0, nan, 1});
  const Matrix below(2, 2, {1, nan, 0, 1});
  Tensor values(2, 1);
  Workspace workspace;
  for (const bool lower : {false, true}) {
    Tensor a = to_tensor(lower ? below : above);
    Tensor b = a;
    EXPECT_EQ(potrf(a), lower ? -4 : 0);
    EXPECT_EQ(syevd(b, values, workspace), lower ? -5 : 0);
  }
}

TEST(LinalgCuda, AllocatesWorkspacesOnceAndOnlyForMore) {
  Random random(1, Random::Stream::Test);
  Tensor small = to_tensor(random_spd(random, 5));
  Tensor large = to_tensor(random_spd(random, 400));
  Tensor large_again = large;
  Tensor values(400, 1);
  ASSERT_EQ(potrf(large), 0);
  const int before = counts().allocations;
  ASSERT_EQ(potrf(large_again), 0);
  ASSERT_EQ(potrf(small), 0);
  EXPECT_EQ(counts().allocations, before);
}

TEST(LinalgCuda, WaitsForNothingButResultsOnTheHost) {
  Random random(2, Random::Stream::Test);
  const Tensor a = to_tensor(random_spd(random, 7));
  const Tensor x = to_tensor(random_matrix(random, 7, 1));
  Tensor b(7, 7);
  Tensor y(7, 1);
  Tensor l = a;
  ASSERT_EQ(potrf(l), 0);
  const int before = counts().waits;
  gemm(1, a, Transpose::No, a, Transpose::No, 0, b);
  syrk(1, a, Transpose::No, b);
  symmetric_product(1, a, Transpose::Yes, a, Transpose::No, 0, b);
  symm(1, a, a, 0, b);
  gemv(1, a, Transpose::No, x, 0, y);
  ger(1, x, x, b);
  axpy(1, x, y);
  scal(2, y);
  potrs(Side::Left, l, y);
  potri(l);
  EXPECT_EQ(counts().waits, before);
  dot(x, y);
  EXPECT_EQ(counts().waits, before + 1);
}

/// A product of this thread: whether it is of TF32.
bool multiplies_in_tf32() {
  const Tensor a(1, 1);
  Tensor b(1, 1);
  const int before = counts().float_products_in_tf32;
  gemm(1, a, Transpose::No, a, Transpose::No, 0, b);
  return counts().float_products_in_tf32 > before;
}

TEST(UseTf32, IsForProductsOfFloatsOnOneThread) {
  EXPECT_FALSE(multiplies_in_tf32());
  std::thread([] {
    if (std::is_same_v<real, float>) {
      use_tf32();
      EXPECT_TRUE(multiplies_in_tf32());
    } else {
      EXPECT_THAT([] { use_tf32(); }, ThrowsMessage<UsageError>("TF32: found products in double, expected float"));
    }
  }).join();
  EXPECT_FALSE(multiplies_in_tf32());
}

TEST(LinalgDescription, NamesCublasAndTheDevice) {
  EXPECT_THAT(linalg_description(), testing::MatchesRegex("cuBLAS [0-9]+\\.[0-9]+\\.[0-9]+, reference on the host"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
