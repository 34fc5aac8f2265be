#pragma once

#include <string>

#include "framework/matrix_view.h"

/// Dense linear algebra on views: CBLAS and LAPACKE on the host (linalg_host.cpp), cuBLAS and cuSOLVER on a GPU
/// (cuda/linalg_cuda.cpp). Column-major throughout. Products of floats are of floats.
/// Shapes that do not fit throw UsageError with the call's name and both shapes.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class Workspace;

/// The library behind these calls, its version and the kernels that it has chosen for this processor: one line.
std::string linalg_description();

/// From now on this thread's products of floats may round their factors to TF32, ten bits of fraction, which tensor
/// cores are several times faster with. Throws UsageError where there are no such products: on the host, in double.
void use_tf32();

enum class Transpose { No, Yes };
enum class Side { Left, Right };

/// C = α op(A) op(B) + β C
void gemm(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, real beta,
          MatrixView c);

/// C = α op(A) op(A)ᵀ, both triangles, for about half the work of gemm.
void syrk(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c);

/// As syrk, but leaves the upper triangle undefined. C may have fewer rows than op(A), whose first ones count then.
void syrk_lower(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c);

/// Copies the lower triangle of a square C to the upper one.
void mirror_lower(MatrixView c);

/// C = α op(A) op(B) + β C where the product is known to be symmetric, as in Wᵀ (G W), and C is: both triangles, for
/// about half the work of gemm.
void symmetric_product(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                       real beta, MatrixView c);

/// C = α S B + β C for a symmetric S; its lower triangle is read.
void symm(real alpha, ConstMatrixView s, ConstMatrixView b, real beta, MatrixView c);

/// y = α op(A) x + β y
void gemv(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, real beta, MatrixView y);

/// A += α x yᵀ
void ger(real alpha, ConstMatrixView x, ConstMatrixView y, MatrixView a);

/// Σ xᵢ yᵢ over all elements, whatever the shape; the same shape for both.
real dot(ConstMatrixView x, ConstMatrixView y);

/// The same into a 1 × 1 matrix of the device: nothing waits for it.
void dot(ConstMatrixView x, ConstMatrixView y, MatrixView sum);

/// y += α x
void axpy(real alpha, ConstMatrixView x, MatrixView y);

/// x = α x
void scal(real alpha, MatrixView x);

/// A = L Lᵀ of a symmetric positive definite A, whose lower triangle is read and becomes L. Returns LAPACK's info: 0
/// done, positive: the leading minor of that order is not positive definite, negative: a NaN among the elements.
int potrf(MatrixView a);

/// B = A⁻¹ B, or B = B A⁻¹ from the right, with potrf's L of A.
void potrs(Side side, ConstMatrixView l, MatrixView b);

/// A⁻¹ with potrf's L of A, in its place, both triangles; for twice the work of potrf. The diagonal of L is not 0.
void potri(MatrixView l);

/// A = Q diag(λ) Qᵀ of a symmetric A, whose lower triangle is read: A becomes Q, λ ascends. Returns LAPACK's info:
/// 0 done, positive: that many off-diagonal elements did not converge, negative: a NaN among the elements.
int syevd(MatrixView a, MatrixView eigenvalues, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
