#include "tests/support/weight_systems.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

Matrix damped(Matrix a, double damping) {
  for (int i = 0; i < a.rows; ++i) a(i, i) += static_cast<real>(damping);
  return a;
}

double trace(const Matrix& a) {
  double sum = 0;
  for (int i = 0; i < a.rows; ++i) sum += static_cast<double>(a(i, i));
  return sum;
}

}  // namespace

System random_system(int outputs, int inputs, int batch, double alpha, std::uint64_t seed) {
  Random random(seed, Random::Stream::Test);
  System system{.G = random_spd(random, outputs),
                .gradient = {},
                .delta = random_matrix(random, outputs, batch),
                .input = random_matrix(random, inputs, batch, -0.5, 1),
                .alpha = alpha};
  system.gradient = 1.0 / batch * product(system.delta, transposed(system.input));
  return system;
}

Matrix mean(const Matrix& input) {
  Matrix a(input.rows, 1);
  for (int i = 0; i < input.rows; ++i) {
    for (int s = 0; s < input.cols; ++s) a(i, 0) += input(i, s) / static_cast<real>(input.cols);
  }
  return a;
}

Matrix second_moment(const Matrix& input) { return 1.0 / input.cols * product(input, transposed(input)); }

double inner(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    sum += static_cast<double>(a.values[i]) * static_cast<double>(b.values[i]);
  }
  return sum;
}

Solution solve(WeightSolver& solver, const System& system, Workspace& workspace) {
  const Tensor G = to_tensor(system.G);
  const Tensor delta = to_tensor(system.delta);
  const Tensor input = to_tensor(system.input);
  Direction direction;
  const SolveSummary summary =
      solver.solve({.G = G, .delta = delta, .input = input, .alpha = system.alpha}, direction, workspace);
  if (!summary.usable()) return {Matrix(0, 0), summary};
  Matrix D = from_view(direction.u);
  if (direction.v) D = product(D, transposed(from_view(direction.v)));
  if (direction.g) D = D + direction.c * from_view(direction.g);
  return {D, summary};
}

Solution solve(const WeightSolverKind& kind, const System& system, const CgOptions& options) {
  const auto solver = kind.make(
      {.weight = {system.gradient.rows, system.gradient.cols}, .max_batch = system.input.cols, .cg = options});
  Workspace workspace;
  return solve(*solver, system, workspace);
}

Matrix kronecker_system(std::string_view solver, const System& system) {
  const Matrix a = mean(system.input);
  const Matrix A = second_moment(system.input);
  const Matrix rank_one = product(a, transposed(a));
  if (solver == "kfi" || solver == "kfi-rank-one") {
    const double pi = std::sqrt((trace(A) / A.rows) / (trace(system.G) / system.G.rows));
    const double root = std::sqrt(system.alpha);
    return kronecker(damped(solver == "kfi" ? A : rank_one, pi * root), damped(system.G, root / pi));
  }
  if (solver == "cg" || solver == "ea-cg" || solver == "ea-direct") {
    const Matrix curved = kronecker(solver == "cg" ? A : rank_one, system.G);
    return damped((1 - system.alpha) * curved, system.alpha);
  }
  throw std::invalid_argument("no system is known for solver " + std::string(solver));
}

Matrix dense_direction(std::string_view solver, const System& system) {
  const Matrix solution = solve_spd(kronecker_system(solver, system), -1 * vec(system.gradient));
  return unvec(solution, system.gradient.rows, system.gradient.cols);
}

Solution full_size_cg(const System& system, const Matrix& M, const CgOptions& options) {
  const real alpha = static_cast<real>(system.alpha);
  Matrix x(system.gradient.rows, system.gradient.cols);
  Matrix r = -1 * system.gradient;
  Matrix p = r;
  const double start = inner(r, r);
  double rho = start;
  SolveSummary summary{.status = SolveStatus::IterationLimit};
  while (summary.iterations < options.max_iterations) {
    if (std::sqrt(rho / start) <= options.tolerance) {
      summary.status = SolveStatus::Converged;
      break;
    }
    const Matrix q = (1 - alpha) * product(product(system.G, p), M) + alpha * p;
    const real step = static_cast<real>(rho / inner(p, q));
    x = x + step * p;
    r = r + -step * q;
    const double next = inner(r, r);
    p = r + static_cast<real>(next / rho) * p;
    rho = next;
    ++summary.iterations;
  }
  summary.residual = std::sqrt(rho / start);
  return {x, summary};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
