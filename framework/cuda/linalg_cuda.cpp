#include <string>
#include <string_view>
#include <type_traits>

#include <cublas_v2.h>
#include <cusolverDn.h>
#include <fmt/core.h>

#include "framework/cuda/context.h"
#include "framework/cuda/status.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg_shared.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// What LAPACKE returns for a NaN: minus the position of the matrix among the arguments.
constexpr int kPotrfNan = -4;
constexpr int kSyevdNan = -5;

cublasOperation_t cublas(Transpose transpose) { return transpose == Transpose::No ? CUBLAS_OP_N : CUBLAS_OP_T; }

/// For the messages: "cublasSgemm" or "cublasDgemm".
std::string full_name(std::string_view library, std::string_view routine) {
  return fmt::format("{}{}{}", library, sizeof(real) == sizeof(float) ? 'S' : 'D', routine);
}

/// Calls cuBLAS's routine with this thread's handle. Scalar arguments are pointers to the host's memory.
template <class Single, class Double, class... Args>
void blas(std::string_view routine, Single* single, Double* twice, Args... args) {
  const cublasStatus_t status = pick(single, twice)(CudaContext::current().blas(), args...);
  if (status != CUBLAS_STATUS_SUCCESS) check_cuda(status, full_name("cublas", routine));
}

/// Calls cuSOLVER's routine likewise.
template <class Single, class Double, class... Args>
void solver(std::string_view routine, Single* single, Double* twice, Args... args) {
  const cusolverStatus_t status = pick(single, twice)(CudaContext::current().solver(), args...);
  if (status != CUSOLVER_STATUS_SUCCESS) check_cuda(status, full_name("cusolverDn", routine));
}

/// LAPACKE makes the same check before it calls LAPACK, which may loop on NaN.
bool has_nan_below(ConstMatrixView a) {
  const std::size_t n = to_index(a.rows);
  const real* data = a.data;
  return sum_over_index<int>(a.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
           return i % n >= i / n && data[i] != data[i] ? 1 : 0;
         }) > 0;
}

}  // namespace

std::string linalg_description() {
  int version = 0;
  check_cuda(cublasGetVersion(CudaContext::current().blas(), &version), "cublasGetVersion");
  int device = 0;
  check_cuda(cudaGetDevice(&device), "cudaGetDevice");
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
  return fmt::format("cuBLAS {}.{}.{}, {}", version / 10000, version / 100 % 100, version % 100, &properties.name[0]);
}

void use_tf32() {
  if (!std::is_same_v<real, float>) throw UsageError("TF32: found products in double, expected float");
  check_cuda(cublasSetMathMode(CudaContext::current().blas(), CUBLAS_TF32_TENSOR_OP_MATH), "cublasSetMathMode");
}

void gemm(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, real beta,
          MatrixView c) {
  check_gemm(a, transpose_a, b, transpose_b, c);
  blas("gemm", cublasSgemm, cublasDgemm, cublas(transpose_a), cublas(transpose_b), c.rows, c.cols,
       apply(transpose_a, a.shape()).cols, &alpha, a.data, a.rows, b.data, b.rows, &beta, c.data, c.rows);
}

void syrk_lower(real alpha, ConstMatrixView a, Transpose transpose, real beta, MatrixView c) {
  check_syrk_lower(a, transpose, c);
  blas("syrk", cublasSsyrk, cublasDsyrk, CUBLAS_FILL_MODE_LOWER, cublas(transpose), c.rows,
       apply(transpose, a.shape()).cols, &alpha, a.data, a.rows, &beta, c.data, c.rows);
}

void syrk(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c) {
  check_syrk(a, transpose, c);
  syrk_lower(alpha, a, transpose, 0, c);
  mirror_lower(c);
}

void mirror_lower(MatrixView c) {
  check_mirror_lower(c);
  const std::size_t n = to_index(c.rows);
  real* data = c.data;
  for_each_element(c.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    if (row < col) data[row + col * n] = data[col + row * n];
  });
}

// cuBLAS has a routine for symmetric A Bᵀ and Aᵀ B only. For the other two forms the whole product is made.
void symmetric_product(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                       real beta, MatrixView c) {
  check_symmetric_product(a, transpose_a, b, transpose_b, c);
  if (transpose_a == transpose_b) {
    gemm(alpha, a, transpose_a, b, transpose_b, beta, c);
  } else {
    blas("syrkx", cublasSsyrkx, cublasDsyrkx, CUBLAS_FILL_MODE_LOWER, cublas(transpose_a), c.rows,
         apply(transpose_a, a.shape()).cols, &alpha, a.data, a.rows, b.data, b.rows, &beta, c.data, c.rows);
  }
  mirror_lower(c);
}

void symm(real alpha, ConstMatrixView s, ConstMatrixView b, real beta, MatrixView c) {
  check_symm(s, b, c);
  blas("symm", cublasSsymm, cublasDsymm, CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_LOWER, c.rows, c.cols, &alpha, s.data,
       s.rows, b.data, b.rows, &beta, c.data, c.rows);
}

void gemv(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, real beta, MatrixView y) {
  check_gemv(a, transpose_a, x, y);
  blas("gemv", cublasSgemv, cublasDgemv, cublas(transpose_a), a.rows, a.cols, &alpha, a.data, a.rows, x.data, 1, &beta,
       y.data, 1);
}

void ger(real alpha, ConstMatrixView x, ConstMatrixView y, MatrixView a) {
  check_ger(x, y, a);
  blas("ger", cublasSger, cublasDger, a.rows, a.cols, &alpha, x.data, 1, y.data, 1, a.data, a.rows);
}

real dot(ConstMatrixView x, ConstMatrixView y) {
  check_dot(x, y);
  real sum = 0;
  blas("dot", cublasSdot, cublasDdot, static_cast<int>(x.size()), x.data, 1, y.data, 1, &sum);
  return sum;
}

void dot(ConstMatrixView x, ConstMatrixView y, MatrixView sum) {
  check_dot(x, y, sum);
  const auto point_to = [](cublasPointerMode_t mode) {
    check_cuda(cublasSetPointerMode(CudaContext::current().blas(), mode), "cublasSetPointerMode");
  };
  point_to(CUBLAS_POINTER_MODE_DEVICE);
  blas("dot", cublasSdot, cublasDdot, static_cast<int>(x.size()), x.data, 1, y.data, 1, sum.data);
  point_to(CUBLAS_POINTER_MODE_HOST);
}

void axpy(real alpha, ConstMatrixView x, MatrixView y) {
  check_axpy(x, y);
  blas("axpy", cublasSaxpy, cublasDaxpy, static_cast<int>(x.size()), &alpha, x.data, 1, y.data, 1);
}

void scal(real alpha, MatrixView x) {
  blas("scal", cublasSscal, cublasDscal, static_cast<int>(x.size()), &alpha, x.data, 1);
}

int potrf(MatrixView a) {
  check_potrf(a);
  if (has_nan_below(a)) return kPotrfNan;
  CudaContext& context = CudaContext::current();
  int size = 0;
  solver("potrf_bufferSize", cusolverDnSpotrf_bufferSize, cusolverDnDpotrf_bufferSize, CUBLAS_FILL_MODE_LOWER, a.rows,
         a.data, a.rows, &size);
  auto* work = static_cast<real*>(context.workspace(to_index(size) * sizeof(real)));
  solver("potrf", cusolverDnSpotrf, cusolverDnDpotrf, CUBLAS_FILL_MODE_LOWER, a.rows, a.data, a.rows, work, size,
         context.info());
  return context.read_info();
}

void potrs(Side side, ConstMatrixView l, MatrixView b) {
  check_potrs(side, l, b);
  const real one = 1;
  const auto trsm = [&](cublasOperation_t operation) {
    blas("trsm", cublasStrsm, cublasDtrsm, side == Side::Left ? CUBLAS_SIDE_LEFT : CUBLAS_SIDE_RIGHT,
         CUBLAS_FILL_MODE_LOWER, operation, CUBLAS_DIAG_NON_UNIT, b.rows, b.cols, &one, l.data, l.rows, b.data, b.rows);
  };
  // L⁻ᵀ (L⁻¹ B), (B L⁻ᵀ) L⁻¹
  trsm(side == Side::Left ? CUBLAS_OP_N : CUBLAS_OP_T);
  trsm(side == Side::Left ? CUBLAS_OP_T : CUBLAS_OP_N);
}

void potri(MatrixView l) {
  check_potri(l);
  CudaContext& context = CudaContext::current();
  int size = 0;
  solver("potri_bufferSize", cusolverDnSpotri_bufferSize, cusolverDnDpotri_bufferSize, CUBLAS_FILL_MODE_LOWER, l.rows,
         l.data, l.rows, &size);
  auto* work = static_cast<real*>(context.workspace(to_index(size) * sizeof(real)));
  solver("potri", cusolverDnSpotri, cusolverDnDpotri, CUBLAS_FILL_MODE_LOWER, l.rows, l.data, l.rows, work, size,
         context.info());
  mirror_lower(l);
}

int syevd(MatrixView a, MatrixView eigenvalues, Workspace& /*workspace*/) {
  check_syevd(a, eigenvalues);
  if (has_nan_below(a)) return kSyevdNan;
  CudaContext& context = CudaContext::current();
  int size = 0;
  solver("syevd_bufferSize", cusolverDnSsyevd_bufferSize, cusolverDnDsyevd_bufferSize, CUSOLVER_EIG_MODE_VECTOR,
         CUBLAS_FILL_MODE_LOWER, a.rows, a.data, a.rows, eigenvalues.data, &size);
  auto* work = static_cast<real*>(context.workspace(to_index(size) * sizeof(real)));
  solver("syevd", cusolverDnSsyevd, cusolverDnDsyevd, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, a.rows, a.data,
         a.rows, eigenvalues.data, work, size, context.info());
  return context.read_info();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
