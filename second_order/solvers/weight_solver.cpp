#include "second_order/solvers/weight_solver.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "second_order/solvers/joint_solver.h"
#include "second_order/solvers/kfi.h"
#include "second_order/solvers/kfi_rank_one.h"
#include "second_order/solvers/normalized_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// W = β W + η u
void add_matrix(real eta, ConstMatrixView u, real beta, MatrixView weight) {
  if (u.shape() != weight.shape()) {
    throw UsageError(
        fmt::format("direction: {} does not fit a {} weight", to_string(u.shape()), to_string(weight.shape())));
  }
  const real* from = u.data;
  real* w = weight.data;
  for_each_index(weight.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { w[i] = beta * w[i] + eta * from[i]; });
}

}  // namespace

void add_direction(real eta, const Direction& direction, real beta, MatrixView weight) {
  if (!direction.g) {
    if (direction.v) {
      gemm(eta, direction.u, Transpose::No, direction.v, Transpose::Yes, beta, weight);
    } else {
      add_matrix(eta, direction.u, beta, weight);
    }
    return;
  }
  if (direction.g.shape() != weight.shape() || direction.u.shape() != Shape{weight.rows, 1} ||
      direction.v.shape() != Shape{weight.cols, 1}) {
    throw UsageError(fmt::format("direction: {}, {} and {} do not fit a {} weight, expected u and v of one column",
                                 to_string(direction.g.shape()), to_string(direction.u.shape()),
                                 to_string(direction.v.shape()), to_string(weight.shape())));
  }
  const std::size_t rows = to_index(weight.rows);
  const real scaled = eta * direction.c;
  const real* g = direction.g.data;
  const real* u = direction.u.data;
  const real* v = direction.v.data;
  real* w = weight.data;
  for_each_element(weight.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    w[i] = beta * w[i] + scaled * g[i] + eta * v[col] * u[row];
  });
}

namespace {

using Made = std::unique_ptr<WeightSolver>;

Made joint(std::unique_ptr<InputMoment> moment, JointSolver::Method method, const SolverOptions& options) {
  return std::make_unique<JointSolver>(std::move(moment), method, options.cg);
}

Made make_ea_cg(const SolverOptions& options) {
  std::unique_ptr<InputMoment> moment;
  if (options.rank == 1) {
    moment = std::make_unique<MeanMoment>(options, /*may_store=*/true);
  } else {
    moment = std::make_unique<PrincipalMoment>(options);
  }
  return joint(std::move(moment), JointSolver::Method::ConjugateGradients, options);
}

Made make_ea_direct(const SolverOptions& options) {
  return joint(std::make_unique<MeanMoment>(options, /*may_store=*/false), JointSolver::Method::Direct, options);
}

Made make_cg(const SolverOptions& options) {
  return joint(std::make_unique<BatchMoment>(options), JointSolver::Method::ConjugateGradients, options);
}

Made make_kfi(const SolverOptions& options) { return std::make_unique<Kfi>(options, /*joins_bias=*/false); }
Made make_kfi_joined(const SolverOptions& options) { return std::make_unique<Kfi>(options, /*joins_bias=*/true); }
Made make_kfi_rank_one(const SolverOptions& options) { return std::make_unique<KfiRankOne>(options); }

constexpr std::array kWeightSolvers{
    WeightSolverKind{.name = "ea-cg",
                     .description = "conjugate gradients with the input's mean for its second moment (11b)",
                     .make_solver = make_ea_cg,
                     .takes_rank = true},
    WeightSolverKind{
        .name = "ea-direct", .description = "what ea-cg converges to, in closed form", .make_solver = make_ea_direct},
    WeightSolverKind{.name = "cg",
                     .description = "conjugate gradients with the input's second moment (11a)",
                     .make_solver = make_cg},
    WeightSolverKind{.name = "kfi",
                     .description = "inverses of both Kronecker factors, damping split between them (12)",
                     .make_solver = make_kfi,
                     .takes_moment = true},
    WeightSolverKind{.name = "kfi-joined",
                     .description = "kfi of weights and bias as one matrix, as K-FAC has it",
                     .make_solver = make_kfi_joined,
                     .takes_moment = true,
                     .joins_bias = true},
    WeightSolverKind{.name = "kfi-rank-one",
                     .description = "kfi with the input's mean for its second moment (13)",
                     .make_solver = make_kfi_rank_one},
};

}  // namespace

std::unique_ptr<WeightSolver> WeightSolverKind::make(const SolverOptions& options) const {
  return std::make_unique<NormalizedSolver>(make_solver(options), joins_bias);
}

std::span<const WeightSolverKind> weight_solvers() { return kWeightSolvers; }

const WeightSolverKind& weight_solver(std::string_view name) {
  const auto found = std::ranges::find(kWeightSolvers, name, &WeightSolverKind::name);
  if (found != kWeightSolvers.end()) return *found;
  std::string names;
  for (const WeightSolverKind& known : kWeightSolvers) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  }
  throw UsageError(fmt::format("unknown solver '{}', expected one of {}", name, names));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
