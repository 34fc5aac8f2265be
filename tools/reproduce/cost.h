#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>

#include "framework/op.h"
#include "second_order/curvature/curvature.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The paper's Table 1 in seconds and bytes: networks of `hidden` layers of n units on n inputs, and a layer of 10
/// outputs, at batches of random data.
struct CostOptions {
  std::vector<int> widths{64, 128, 256, 512, 1024, 2048};
  std::vector<int> batches{100, 1000};  ///< KFI takes the paper's n × n inverses where the batch has n samples or more
  int hidden = 3;
  const Op* activation = nullptr;
  const Op* criterion = nullptr;
  std::vector<const Curvature*> curvatures{&fisher, &gauss_newton, &pch_1, &pch_2};
  std::vector<const WeightSolverKind*> solvers{&weight_solver("ea-cg"), &weight_solver("kfi"),
                                               &weight_solver("kfi-rank-one")};
  double alpha = 1e-4;     ///< so small that the iterations do not end in rounding before their number
  int cg_iterations = 10;  ///< of every CG solve, to tolerance 0, so that widths can be compared
  int repetitions = 11;    ///< seconds are medians of that many
  std::uint64_t seed = 1;
  std::filesystem::path folder;  ///< made where missing
};

/// What experiment.json says beside the machine: network, batch sizes, repetitions, CG iterations and so on.
nlohmann::json cost_settings(const CostOptions& options);

/// Writes cost.csv, part,method,width,batch,seconds,bytes, after each width:
///
///   curvature  propagation of one batch; bytes: blocks, and workspace of the propagation
///   solve      of pch-1's systems of all weights and biases, with the update that it ends in; bytes: state and
///              workspace of the solvers
///
/// Bytes are those that the heap has grown by. Rows that the folder has of a run with the same settings on the same
/// machine, but for widths and batches, are kept; UsageError where its settings are others. Throws NumericalError
/// naming width, method, layer and number where a part fails.
void measure_cost(const CostOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
