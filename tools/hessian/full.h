#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/batch_loader.h"
#include "framework/tensor.h"
#include "tools/command_line/status_line.h"
#include "tools/hessian/network.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A matrix of all parameters by all parameters. Their order is layer by layer, the weight row by
/// row, then the bias.
struct FullMatrix {
  std::string_view name;                 ///< "gauss-newton" or "hessian"
  Tensor matrix = {};                    ///< P × P, symmetric
  std::vector<double> eigenvalues = {};  ///< ascending
  double asymmetry = 0;                  ///< ‖A - Aᵀ‖_F / ‖A‖_F before A was made symmetric
  double layer_share = 0;                ///< ‖the blocks of the layers‖_F² / ‖A‖_F², from 0 to 1

  /// The number of eigenvalues that are negative beyond the errors of rounding and differences.
  [[nodiscard]] int negative() const;
  /// The number of eigenvalues that are not zero within the same errors.
  [[nodiscard]] int rank() const;

 private:
  [[nodiscard]] double resolution() const;
};

/// Throws UsageError for a network of more than 10,000 parameters.
void require_small(const TrainedNetwork& network);

/// Computes two matrices of the mean loss E[ξ] over these samples: the Gauss-Newton matrix E[Jᵀ M J], where M is the
/// positive part of the criterion's second derivative, and the Hessian from differences of gradients, with errors of
/// fourth order in their step. Throws Error if numbers are not finite.
std::vector<FullMatrix> compute_full(const TrainedNetwork& network, BatchLoader& data, std::span<const int> samples,
                                     StatusLine& status);

/// A table for people, with a legend.
std::string format_full(std::span<const FullMatrix> matrices);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
