#include "framework/check/host_matrix.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

HostMatrix::HostMatrix(ConstMatrixView view) : shape_(view.shape()) {
  const std::vector<real> copied = to_host(view);
  values_.assign(copied.begin(), copied.end());
}

void HostMatrix::copy_to(MatrixView view) const {
  std::vector<real> rounded;
  rounded.reserve(values_.size());
  for (const double value : values_) rounded.push_back(static_cast<real>(value));
  copy_to_device(rounded, view);
}

double largest(const HostMatrix& a) {
  double largest = 0;
  for (const double value : a.values()) largest = std::max(largest, std::abs(value));
  return largest;
}

void add_congruence(const HostMatrix& J, const HostMatrix& H, double factor, HostMatrix& sum) {
  HostMatrix product(J.shape());  // H J; J of an elementwise op is mostly zeros
  for (int j = 0; j < J.cols(); ++j) {
    for (int l = 0; l < J.rows(); ++l) {
      if (J(l, j) == 0) continue;
      for (int k = 0; k < J.rows(); ++k) product(k, j) += H(k, l) * J(l, j);
    }
  }
  for (int i = 0; i < J.cols(); ++i) {
    for (int k = 0; k < J.rows(); ++k) {
      if (J(k, i) == 0) continue;
      for (int j = 0; j < J.cols(); ++j) sum(i, j) += factor * J(k, i) * product(k, j);
    }
  }
}

HostEigen eigen(const HostMatrix& a) {
  for (const double value : a.values()) {
    // LAPACK may loop or crash on NaN, so look first.
    if (!std::isfinite(value)) throw Error(fmt::format("eigenvalues: a matrix that holds {}", value));
  }
  Tensor vectors(a.shape());
  Tensor values(a.rows(), 1);
  a.copy_to(vectors);
  Workspace workspace;
  const int info = syevd(vectors, values, workspace);
  if (info != 0) throw Error(fmt::format("eigenvalues: LAPACK's info is {}, expected 0", info));
  const HostMatrix found(values);
  return {.values = {found.values().begin(), found.values().end()}, .vectors = HostMatrix(vectors)};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
