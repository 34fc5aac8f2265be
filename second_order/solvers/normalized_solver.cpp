#include "second_order/solvers/normalized_solver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "second_order/algebra/scaling.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// Within these powers of two from one, the squares and products of all solvers keep far from the ends of a float. The
// inputs' are the narrowest, for they come squared beside G and in the square of g.
constexpr int kBlock = 30;
constexpr int kInput = 16;
constexpr int kDelta = 20;

int toward_one(int exponent, int allowed) { return std::abs(exponent) <= allowed ? 0 : -exponent; }

MatrixView sized(Tensor& tensor, Shape shape) {
  if (tensor.size() < shape.size()) tensor = Tensor(shape);
  return {tensor.view().data, shape.rows, shape.cols};
}

ConstMatrixView scaled(int exponent, ConstMatrixView from, Tensor& to) {
  if (exponent == 0 || !from) return from;
  const MatrixView result = sized(to, from.shape());
  scale_by_power(exponent, from, result);
  return result;
}

}  // namespace

SolveSummary NormalizedSolver::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const Exponents exponents = exponents_of(system, workspace);
  WeightSystem solved = exponents == Exponents{} ? system : normalized(system, exponents);
  // What was made of G and the average is of the scaled ones.
  if (last_ && (exponents.block != last_->block || (system.moment && exponents.input != last_->input))) {
    solved.kept = false;
  }
  last_ = exponents;
  SolveSummary summary = solver_->solve(solved, direction, workspace);
  if (!summary.usable()) return summary;
  if (exponents != Exponents{} && !take_back(exponents, direction, workspace)) {
    return {.status = SolveStatus::NonFinite, .number = HUGE_VAL};
  }
  if (!std::isfinite(direction.slope)) return {.status = SolveStatus::NonFinite, .number = direction.slope};
  if (direction.slope > 0) summary.status = SolveStatus::Inaccurate;
  return summary;
}

NormalizedSolver::Exponents NormalizedSolver::exponents_of(const WeightSystem& system, Workspace& workspace) {
  const auto size = [&](int i) { return MatrixView{sizes_.view().data + i, 1, 1}; };
  largest_on_diagonal(system.G, size(0), workspace);
  if (system.moment) {
    largest_on_diagonal(system.moment, size(1), workspace);
  } else {
    largest_magnitude(system.input, size(1), workspace);
  }
  largest_magnitude(system.delta, size(2), workspace);
  std::array<real, 3> sizes{};
  copy_to_host(sizes_, sizes);
  const int input = system.moment ? exponent_of(sizes[1]) / 2 : exponent_of(sizes[1]);
  Exponents exponents{.block = toward_one(exponent_of(sizes[0]), kBlock),
                      .input = toward_one(input, kInput),
                      .delta = toward_one(exponent_of(sizes[2]), kDelta)};
  // Inputs below a constant 1 that is joined to them stay as they are.
  if (joins_bias_) exponents.input = std::min(exponents.input, 0);
  // λ̂ has to be a float too, whatever λ is beside G and h: at the price of a Ĝ away from one.
  const bool moves = exponents.block != 0 || exponents.input != 0;
  if (moves && system.damping > 0 && std::isfinite(system.damping)) {
    constexpr int kDamping = 60;
    constexpr int kFarthest = 90;
    const int damping = std::ilogb(system.damping) + 2 * exponents.input + exponents.block;
    const int moved = exponents.block - (damping - std::clamp(damping, -kDamping, kDamping));
    const int of_block = exponent_of(sizes[0]);
    exponents.block = std::clamp(moved, -kFarthest - of_block, kFarthest - of_block);
  }
  return exponents;
}

WeightSystem NormalizedSolver::normalized(const WeightSystem& system, const Exponents& exponents) {
  const auto [l, j, k] = exponents;
  WeightSystem result{.G = scaled(l, system.G, block_),
                      .delta = scaled(k, system.delta, delta_),
                      .input = scaled(j, system.input, input_),
                      .moment = scaled(2 * j, system.moment, moment_),
                      .share = system.share,
                      .damping = std::ldexp(system.damping, 2 * j + l),
                      .kept = system.kept,
                      .constant = std::ldexp(system.constant, j)};
  if (system.input_mean) result.input_mean = std::ldexp(*system.input_mean, 2 * j);
  return result;
}

bool NormalizedSolver::take_back(const Exponents& exponents, Direction& direction, Workspace& workspace) {
  const auto [l, j, k] = exponents;
  const int power = j + l - k;
  const auto finite = [&](ConstMatrixView x) {
    const MatrixView largest = sizes_.view();
    largest_magnitude(x, {largest.data, 1, 1}, workspace);
    return std::isfinite(to_host_number({largest.data, 1, 1}));
  };
  direction.u = scaled(power, direction.u, u_);
  direction.bias = scaled(power, direction.bias, bias_);
  direction.c = static_cast<real>(std::ldexp(static_cast<double>(direction.c), power));
  direction.slope = std::ldexp(direction.slope, l - 2 * k);
  return std::isfinite(direction.c) && finite(direction.u) && (!direction.bias || finite(direction.bias));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
