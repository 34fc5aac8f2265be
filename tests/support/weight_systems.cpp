#include "tests/support/weight_systems.h"

#include <algorithm>
#include <cmath>
#include <optional>
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

Matrix with_constant(const Matrix& input) {
  Matrix joined(input.rows + 1, input.cols);
  for (int s = 0; s < input.cols; ++s) {
    for (int i = 0; i < input.rows; ++i) joined(i, s) = input(i, s);
    joined(input.rows, s) = 1;
  }
  return joined;
}

double output_mean(const System& system) { return trace(system.G) / system.G.rows; }

double input_mean(std::string_view solver, const System& system) {
  if (system.moment.rows > 0) return trace(system.moment) / system.moment.rows;
  const Matrix input = solver == "kfi-joined" ? with_constant(system.input) : system.input;
  return inner(input, input) / input.cols / input.rows;
}

Solution solve(WeightSolver& solver, const System& system, Workspace& workspace, bool kept) {
  return solve(solver, system, {.share = 1 - system.alpha, .weight = system.alpha}, workspace, kept);
}

Solution solve(WeightSolver& solver, const System& system, const LayerDamping& damping, Workspace& workspace,
               bool kept) {
  const Tensor G = to_tensor(system.G);
  const Tensor delta = to_tensor(system.delta);
  const Tensor input = to_tensor(system.input);
  Direction direction;
  const Tensor moment = system.moment.rows > 0 ? to_tensor(system.moment) : Tensor();
  const SolveSummary summary = solver.solve(
      {.G = G,
       .delta = delta,
       .input = input,
       .moment = moment,
       .share = damping.share,
       .damping = damping.weight,
       .input_mean = moment.size() > 0 ? std::optional(trace(system.moment) / moment.shape().rows) : std::nullopt,
       .kept = kept},
      direction, workspace);
  if (!summary.usable()) return {Matrix(0, 0), summary, Matrix(0, 0)};
  Matrix D = from_view(direction.u);
  if (direction.v) D = product(D, transposed(from_view(direction.v)));
  if (direction.g) D = D + direction.c * from_view(direction.g);
  return {D, summary, direction.bias ? from_view(direction.bias) : Matrix(0, 0), direction.slope};
}

Solution solve(const WeightSolverKind& kind, const System& system, const CgOptions& options, int rank) {
  const auto solver = kind.make({.weight = {system.gradient.rows, system.gradient.cols},
                                 .max_batch = system.input.cols,
                                 .cg = options,
                                 .rank = rank});
  Workspace workspace;
  return solve(*solver, system, workspace);
}

Matrix kronecker_system(std::string_view solver, const System& system) {
  const Matrix input = solver == "kfi-joined" ? with_constant(system.input) : system.input;
  const Matrix a = mean(input);
  const Matrix A = system.moment.rows > 0 ? system.moment : second_moment(input);
  const Matrix rank_one = product(a, transposed(a));
  if (solver.starts_with("kfi")) {
    const double pi = std::sqrt((trace(A) / A.rows) / (trace(system.G) / system.G.rows));
    const double root = std::sqrt(system.alpha);
    return kronecker(damped(solver == "kfi-rank-one" ? rank_one : A, pi * root), damped(system.G, root / pi));
  }
  if (solver == "cg" || solver == "ea-cg" || solver == "ea-direct") {
    const Matrix curved = kronecker(solver == "cg" ? A : rank_one, system.G);
    return damped((1 - system.alpha) * curved, system.alpha);
  }
  throw std::invalid_argument("no system is known for solver " + std::string(solver));
}

Matrix joined_gradient(std::string_view solver, const System& system) {
  if (solver != "kfi-joined") return system.gradient;
  return 1.0 / system.delta.cols * product(system.delta, transposed(with_constant(system.input)));
}

Matrix joined_direction(const Solution& solution) {
  if (solution.bias.rows == 0) return solution.D;
  Matrix joined(solution.D.rows, solution.D.cols + 1);
  std::copy(solution.D.values.begin(), solution.D.values.end(), joined.values.begin());
  std::copy(solution.bias.values.begin(), solution.bias.values.end(),
            joined.values.end() - static_cast<std::ptrdiff_t>(solution.bias.values.size()));
  return joined;
}

Matrix dense_direction(std::string_view solver, const System& system) {
  const Matrix gradient = joined_gradient(solver, system);
  const Matrix solution = solve_spd(kronecker_system(solver, system), -1 * vec(gradient));
  return unvec(solution, gradient.rows, gradient.cols);
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
