#pragma once

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class Workspace;

/// The Gram matrix of outer products: of vectors aᵢ ⊗ xₛ with vectors bⱼ ⊗ yₜ, where i = s m + k is output k of sample
/// s.
///
///   Gᵢⱼ = (aᵢᵀ bⱼ)(weight xₛᵀ yₜ + bias),   j = t m + l
///
/// It is made of two small products, as none of the outer products is: (a ⊗ x)ᵀ(b ⊗ y) = (aᵀb)(xᵀy).
struct OuterGram {
  ConstMatrixView a;  ///< n × N m
  ConstMatrixView x;  ///< k × N; with weight 0 it is not read
  ConstMatrixView b;  ///< n × N m
  ConstMatrixView y;  ///< likewise
  real weight = 1;
  real bias = 1;
};

/// C = G + β C, the lower triangle; what is above it in C is undefined afterwards. C is N m × N m; with β = 0 it is not
/// read. Throws UsageError if shapes do not fit.
void outer_gram_lower(const OuterGram& gram, real beta, MatrixView c, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
