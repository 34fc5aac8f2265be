#pragma once

#include "framework/check/host_matrix.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// (a + κI)⁻¹ rhs for a symmetric a, whose lower triangle is read, by its eigenvectors.
inline HostMatrix solve_dense(HostMatrix a, double kappa, const HostMatrix& rhs) {
  for (int i = 0; i < a.rows(); ++i) a(i, i) += kappa;
  const HostEigen of_a = eigen(a);
  HostMatrix x(rhs.shape());
  for (int k = 0; k < a.rows(); ++k) {
    double along = 0;
    for (int i = 0; i < a.rows(); ++i) along += of_a.vectors(i, k) * rhs(i, 0);
    for (int i = 0; i < a.rows(); ++i) x(i, 0) += of_a.vectors(i, k) * along / of_a.values[to_index(k)];
  }
  return x;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
