#pragma once

#include <type_traits>

#include "framework/linalg.h"
#include "framework/outer_gram.h"

/// Shared by the implementations of linalg.h: the checks of their arguments.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Chooses the routine of single or double precision that fits `real`.
template <class Single, class Double>
constexpr auto pick([[maybe_unused]] Single* single, [[maybe_unused]] Double* twice) {
  if constexpr (std::is_same_v<real, float>) {
    return single;
  } else {
    return twice;
  }
}

/// The shape of op(A).
inline Shape apply(Transpose transpose, Shape shape) {
  return transpose == Transpose::No ? shape : Shape{shape.cols, shape.rows};
}

// Throw UsageError with the call's name if shapes do not fit. Products and factorisations also go to the thread's
// ProductLog.
void check_gemm(ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, ConstMatrixView c);
void check_syrk(ConstMatrixView a, Transpose transpose, ConstMatrixView c);
void check_syrk_lower(ConstMatrixView a, Transpose transpose, ConstMatrixView c);
void check_mirror_lower(ConstMatrixView c);
void check_symmetric_product(ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b,
                             ConstMatrixView c);
void check_symm(ConstMatrixView s, ConstMatrixView b, ConstMatrixView c);
void check_gemv(ConstMatrixView a, Transpose transpose_a, ConstMatrixView x, ConstMatrixView y);
void check_ger(ConstMatrixView x, ConstMatrixView y, ConstMatrixView a);
void check_dot(ConstMatrixView x, ConstMatrixView y);
void check_dot(ConstMatrixView x, ConstMatrixView y, ConstMatrixView sum);
void check_axpy(ConstMatrixView x, ConstMatrixView y);
void check_potrf(ConstMatrixView a);
void check_potrs(Side side, ConstMatrixView l, ConstMatrixView b);
void check_potri(ConstMatrixView l);
void check_outer_gram(const OuterGram& gram, ConstMatrixView c);
void check_syevd(ConstMatrixView a, ConstMatrixView eigenvalues);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
