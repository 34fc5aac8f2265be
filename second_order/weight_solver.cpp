#include "second_order/weight_solver.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "framework/error.h"
#include "second_order/joint_solver.h"
#include "second_order/kfi.h"
#include "second_order/kfi_rank_one.h"
#include "second_order/normalized_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

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
