#include "second_order/solvers/kfi.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "framework/linalg.h"
#include "second_order/algebra/symmetric.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// √α/π and c' are within a factor of two of each other.
bool close(real wanted, real kept) { return wanted <= 2 * kept && kept <= 2 * wanted; }

/// Places of the sums: ⟨Y, R⟩, ⟨Q, R⟩, and of the probe.
enum Sum { HalfSum, WholeSum, LeftSum, StartSum, Sums };

MatrixView one(MatrixView sums, Sum which) { return {sums.data + which, 1, 1}; }

}  // namespace

Kfi::Kfi(const SolverOptions& options, bool joins_bias)
    : joined_(joins_bias),
      keeps_(options.keeps),
      form_(options.keeps ? DampedInverse::Form::Inverse : DampedInverse::Form::Factor),
      output_(options.weight.rows, form_),
      kept_damping_(1, 1) {
  if (joins_bias) bias_ = Tensor(options.weight.rows, 1);
}

std::vector<NamedState> Kfi::state() {
  if (!keeps_) return {};
  return {{"kept_damping", kept_damping_}};
}

SolveSummary Kfi::prepare_output(const WeightSystem& system, double input_mean, Workspace& workspace) {
  const bool kept = system.kept && output_ready_;
  if (!kept) output_mean_ = mean_eigenvalue(system.G);
  const real before = kept ? damping_.output : system.kept ? to_host_number(kept_damping_) : 0;
  const SolveSummary split = FactorDamping::split(system.damping, output_mean_, input_mean, damping_);
  if (!split.usable()) {
    output_ready_ = false;
    return split;
  }
  const bool same = system.kept && before > 0 && close(damping_.output, before);
  if (same && damping_.output != before) {
    damping_.output = before;
    damping_.input = static_cast<real>(system.damping / static_cast<double>(before));
  }
  if (same && kept) return {};
  output_ready_ = false;
  if (keeps_) fill(kept_damping_, 0);
  const SolveSummary output = output_.prepare(system.G, damping_.output, workspace);
  if (!output.usable()) return output;
  output_ready_ = true;
  if (keeps_) fill(kept_damping_, damping_.output);
  return {};
}

SolveSummary Kfi::prepare_input(ConstMatrixView moment, Workspace& workspace) {
  if (input_ready_ && input_damping_ == damping_.input) return {};
  input_ready_ = false;
  if (!input_) input_.emplace(moment.rows, form_);
  const SolveSummary input = input_->prepare(moment, damping_.input, workspace);
  if (!input.usable()) return input;
  input_damping_ = damping_.input;
  input_ready_ = true;
  return {};
}

SolveSummary Kfi::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const RowSpace space(system, joined_);
  if (!system.kept || !system.moment) input_ready_ = false;
  const SolveSummary prepared = prepare_output(system, space.input_mean(), workspace);
  if (!prepared.usable()) return prepared;

  const int n = system.G.rows;
  const int r = space.dimension();
  const Shape shape{n, r};
  if (q_.size() < shape.size()) q_ = Tensor(shape);
  const MatrixView solution{q_.view().data, n, r};
  const MatrixView right_side = workspace.take(n, r);
  const MatrixView product = workspace.take(n, r);
  const MatrixView sums = workspace.take(Sums, 1);  // brought to the host at once, at the end
  ConstMatrixView moment = system.moment;
  space.coordinates(-1, right_side, workspace);
  if (moment) {
    if (const SolveSummary input = prepare_input(moment, workspace); !input.usable()) return input;
    output_.multiply(Side::Left, right_side, product);
    input_->multiply(Side::Right, product, solution);
  } else {
    const MatrixView of_batch = workspace.take(r, r);
    const MatrixView factor = workspace.take(r, r);
    space.second_moment(of_batch, workspace);
    const SolveSummary input = factorize_damped(1, of_batch, damping_.input, factor, workspace);
    if (!input.usable()) return input;
    output_.multiply(Side::Left, right_side, solution);
    dot(solution, right_side, one(sums, HalfSum));
    potrs(Side::Right, factor, solution);
    moment = of_batch;
  }
  dot(solution, right_side, one(sums, WholeSum));
  set_direction(space, solution, direction, workspace);
  probe(system, moment, right_side, solution, sums, workspace);

  std::array<real, Sums> numbers{};
  copy_to_host(sums, numbers);
  const double of_half = static_cast<double>(numbers[HalfSum]);
  const double of_whole = static_cast<double>(numbers[WholeSum]);
  direction.slope = -of_whole;
  if (space.of_batch()) {
    // ⟨Q Xᵀ, R Xᵀ⟩ = s ⟨Q M, R⟩, and Q M = Y - c Q with the product Y = -(G + c'I)⁻¹ R that came before Q. By a
    // product with M where too many digits cancel.
    const double difference = of_half - static_cast<double>(damping_.input) * of_whole;
    if (difference > of_half / 16) {
      direction.slope = -r * difference;
    } else {
      gemm(static_cast<real>(r), solution, Transpose::No, moment, Transpose::No, 0, product);
      direction.slope = -static_cast<double>(dot(product, right_side));
    }
  }
  if (!std::isfinite(direction.slope)) return {.status = SolveStatus::NonFinite, .number = direction.slope};
  return residual_summary(static_cast<double>(numbers[LeftSum]), static_cast<double>(numbers[StartSum]));
}

// (G + c'I) Q (M + cI) z + R z, from the right: two products of a matrix and a column, and one with M.
void Kfi::probe(const WeightSystem& system, ConstMatrixView moment, ConstMatrixView right_side,
                ConstMatrixView solution, MatrixView sums, Workspace& workspace) const {
  const int n = solution.rows;
  const int r = solution.cols;
  const MatrixView z = workspace.take(r, 1);
  const MatrixView damped = workspace.take(r, 1);
  const MatrixView combined = workspace.take(n, 1);
  const MatrixView left = workspace.take(n, 1);
  fill_with_signs(z);
  copy(z, damped);
  gemv(1, moment, Transpose::No, z, damping_.input, damped);
  gemv(1, solution, Transpose::No, damped, 0, combined);
  copy(combined, left);
  gemv(1, system.G, Transpose::No, combined, damping_.output, left);
  gemv(-1, right_side, Transpose::No, z, 1, left);
  dot(left, left, one(sums, LeftSum));
  dot(right_side, right_side, one(sums, StartSum));
}

void Kfi::set_direction(const RowSpace& space, MatrixView solution, Direction& direction, Workspace& workspace) {
  direction = {.u = solution, .v = space.basis()};
  if (!joined_) return;
  direction.bias = bias_;
  if (space.of_batch()) {
    sum_columns(space.constant(), solution, bias_, workspace);  // Q Xᵀ has Q 1 in the column of the bias
  } else {
    const int inputs = solution.cols - 1;
    direction.u = columns(solution, 0, inputs);
    copy(columns(solution, inputs, 1), bias_);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
