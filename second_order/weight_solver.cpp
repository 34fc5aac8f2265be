#include "second_order/weight_solver.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "framework/error.h"
#include "second_order/ea_cg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

template <class Solver>
std::unique_ptr<WeightSolver> make(Shape weight, const CgOptions& options) {
  return std::make_unique<Solver>(weight, options);
}

constexpr std::array kWeightSolvers{
    WeightSolverKind{"ea-cg", "conjugate gradients with the input's mean for its second moment (11b)", make<EaCg>},
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
