#pragma once

#include <string>

#include "framework/matrix_view.h"

/// Dense linear algebra on views: CBLAS and LAPACKE on the host (linalg_host.cpp), cuBLAS and cuSOLVER on a GPU
/// (cuda/linalg_cuda.cpp). Column-major throughout. Products of floats have the precision of float, see use_tf32().
/// Throws UsageError, with the call's name and the shapes, if the shapes do not fit.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class Workspace;

/// One line with the library behind these calls, its version, and the kernels that it has chosen for this processor.
std::string linalg_description();

/// From now on this thread's products of floats may round their factors to TF32 (ten bits of fraction), which makes
/// tensor cores several times faster. Throws UsageError on the host and in double, which have no such products.
void use_tf32();

enum class Transpose { No, Yes };
enum class Side { Left, Right };

/// C = α op(A) op(B) + β C
void gemm(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, real beta,
          MatrixView c);

/// C = α op(A) op(A)ᵀ, both triangles, for about half the work of gemm.
void syrk(real alpha, ConstMatrixView a, Transpose transpose, MatrixView c);

/// C = α op(A) op(A)ᵀ + β C, as syrk, but leaves the upper triangle undefined. If C has fewer rows than op(A), the
/// first rows of op(A) count.
void syrk_lower(real alpha, ConstMatrixView a, Transpose transpose, real beta, MatrixView c);

/// Copies the lower triangle of a square C to the upper one.
void mirror_lower(MatrixView c);

/// C = α op(A) op(B) + β C, both triangles, for about half the work of gemm. Only for a symmetric C and a product known
/// to be symmetric, as in Wᵀ (G W).
void symmetric_product(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                       real beta, MatrixView c);

/// C = α S B + β C for a symmetric S; its lower triangle is read.
void symm(real alpha, ConstMatrixView s, ConstMatrixView b, real beta, MatrixView c);

/// y = α op(A) x + β y
void gemv(real alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, real beta, MatrixView y);

/// A += α x yᵀ
void ger(real alpha, ConstMatrixView x, ConstMatrixView y, MatrixView a);

/// Σ xᵢ yᵢ over all elements of two matrices of the same shape.
real dot(ConstMatrixView x, ConstMatrixView y);

/// Writes the same sum to a 1 × 1 matrix on the device, without waiting for it.
void dot(ConstMatrixView x, ConstMatrixView y, MatrixView sum);

/// y += α x
void axpy(real alpha, ConstMatrixView x, MatrixView y);

/// x = α x
void scal(real alpha, MatrixView x);

/// A = L Lᵀ for a symmetric positive definite A. Reads the lower triangle of A and replaces it by L. Returns LAPACK's
/// info. 0: done; positive: the leading minor of that order is not positive definite; negative: an element is NaN.
int potrf(MatrixView a);

/// B = A⁻¹ B, or B = B A⁻¹ from the right, with potrf's L of A.
void potrs(Side side, ConstMatrixView l, MatrixView b);

/// Replaces potrf's L of A by A⁻¹, both triangles, for twice the work of potrf. The diagonal of L must not have a 0.
void potri(MatrixView l);

/// A = Q diag(λ) Qᵀ for a symmetric A. Reads the lower triangle of A and replaces A by Q; λ ascends. Returns LAPACK's
/// info. 0: done; positive: that many off-diagonal elements did not converge; negative: an element is NaN.
int syevd(MatrixView a, MatrixView eigenvalues, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
