#include "second_order/weight_solver.h"

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>

#include <fmt/format.h>

#include "framework/error.h"
#include "second_order/cg.h"
#include "second_order/ea_cg.h"
#include "second_order/ea_direct.h"
#include "second_order/ea_rank.h"
#include "second_order/kfi.h"
#include "second_order/kfi_rank_one.h"
#include "second_order/normalized_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

template <class Solver>
std::unique_ptr<WeightSolver> make(const SolverOptions& options) {
  return std::make_unique<NormalizedSolver>(std::make_unique<Solver>(options), std::is_same_v<Solver, KfiJoined>);
}

std::unique_ptr<WeightSolver> make_ea_cg(const SolverOptions& options) {
  return options.rank == 1 ? make<EaCg>(options) : make<EaRank>(options);
}

constexpr std::array kWeightSolvers{
    WeightSolverKind{"ea-cg", "conjugate gradients with the input's mean for its second moment (11b)", make_ea_cg},
    WeightSolverKind{"ea-direct", "what ea-cg converges to, in closed form", make<EaDirect>},
    WeightSolverKind{"cg", "conjugate gradients with the input's second moment (11a)", make<Cg>},
    WeightSolverKind{"kfi", "inverses of both Kronecker factors, damping split between them (12)", make<Kfi>, true},
    WeightSolverKind{"kfi-joined", "kfi of weights and bias as one matrix, as K-FAC has it", make<KfiJoined>, true,
                     true},
    WeightSolverKind{"kfi-rank-one", "kfi with the input's mean for its second moment (13)", make<KfiRankOne>},
};

}  // namespace

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
