#include "second_order/gauss_newton/damped_system.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Space = DampedSystem::Space;

struct Sizes {
  std::int64_t samples = 0;
  std::int64_t outputs = 0;
  std::int64_t parameters = 0;
  double widths = 0;  ///< Σₜ nₜ + nₜ₋₁/m² of the layers: the inner dimensions of the products for U Uᵀ
};

Sizes sizes_of(const Plan& plan) {
  const auto nodes = plan.graph().nodes();
  Sizes sizes{.samples = plan.max_batch(), .outputs = nodes[to_index(output_node(plan))].features};
  for (std::size_t p = 0; p < plan.graph().parameters().size(); ++p) {
    if (!plan.uses(static_cast<int>(p))) continue;
    sizes.parameters += static_cast<std::int64_t>(plan.graph().parameters()[p].size());
  }
  const double squared = static_cast<double>(sizes.outputs * sizes.outputs);
  for (const int index : plan.order()) {
    const Node& node = nodes[to_index(index)];
    if (node.is_weighted()) sizes.widths += node.features + nodes[to_index(node.input())].features / squared;
  }
  return sizes;
}

}  // namespace

DampedSystem::Cost DampedSystem::cost(const Plan& plan, Space space) {
  const Sizes sizes = sizes_of(plan);
  const std::int64_t equations = sizes.samples * sizes.outputs;
  const std::int64_t rows = space == Space::Samples ? equations : sizes.parameters;
  const double n = static_cast<double>(rows);
  const double inner = space == Space::Samples ? sizes.widths : static_cast<double>(equations);
  // Seven vectors of parameters, six of them the optimizer's, three of outputs, LineDerivatives, and a chunk of U.
  std::int64_t elements = rows * rows + rows + 7 * sizes.parameters + 3 * equations;
  for (const int index : plan.order()) {
    if (plan.trainable(index)) elements += 2 * sizes.samples * plan.graph().nodes()[to_index(index)].features;
  }
  if (space == Space::Parameters)
    elements += std::min<std::int64_t>(equations, OutputJacobian::kTile) * sizes.parameters;
  return {.space = space,
          .rows = rows,
          .operations = n * n * (inner + n / 3),
          .bytes = elements * static_cast<std::int64_t>(sizeof(real)) + OutputJacobian::bytes(plan)};
}

DampedSystem::Cost DampedSystem::cheaper(const Plan& plan) {
  const Cost samples = cost(plan, Space::Samples);
  const Cost parameters = cost(plan, Space::Parameters);
  if (std::min(samples.rows, parameters.rows) > kMostRows) {
    throw UsageError(fmt::format(
        "levenberg-marquardt: {} samples × outputs and {} parameters, expected at most {} of one of them, which makes "
        "a matrix of {:.1f} GB: a smaller batch size or network",
        samples.rows, parameters.rows, kMostRows, static_cast<double>(kMostRows) * kMostRows * sizeof(real) / 1e9));
  }
  if (samples.rows > kMostRows) return parameters;
  if (parameters.rows > kMostRows) return samples;
  return samples.operations <= parameters.operations ? samples : parameters;
}

DampedSystem::DampedSystem(Plan& plan) : DampedSystem(plan, cheaper(plan).space) {}

DampedSystem::DampedSystem(Plan& plan, Space space) : space_(space), jacobian_(plan), line_(plan) {
  const int rows = static_cast<int>(cost(plan, space).rows);
  matrix_ = Tensor(rows, rows);
  diagonal_ = Tensor(rows, 1);
  seed_ = Tensor(jacobian_.outputs(), plan.max_batch());
  alpha_ = Tensor(jacobian_.outputs(), plan.max_batch());
}

MatrixView DampedSystem::matrix() {
  const int rows = space_ == Space::Samples ? jacobian_.rows() : jacobian_.parameters();
  return {matrix_.view().data, rows, rows};
}

void DampedSystem::refresh() {
  jacobian_.refresh();
  const MatrixView a = matrix();
  space_ == Space::Samples ? jacobian_.gram(a) : jacobian_.normal_matrix(a);
  mirror_lower(a);
  undamped_ = true;
  const std::size_t n = to_index(a.rows);
  const real* entries = a.data;
  real* diagonal = diagonal_.view().data;
  for_each_index(n, [=] CURVEGRAPH_DEVICE(std::size_t i) { diagonal[i] = entries[i * (n + 1)]; });
  const double trace =
      sum_over_index<double>(n, [=] CURVEGRAPH_DEVICE(std::size_t i) { return static_cast<double>(diagonal[i]); });
  mean_diagonal_ = trace / jacobian_.parameters() / (space_ == Space::Samples ? jacobian_.samples() : 1);
}

bool DampedSystem::factor(double kappa) {
  kappa_ = kappa;
  const MatrixView a = matrix();
  const std::size_t n = to_index(a.rows);
  const real shift = static_cast<real>(space_ == Space::Samples ? kappa * jacobian_.samples() : kappa);
  real* entries = a.data;
  const real* diagonal = diagonal_.view().data;
  if (!undamped_) {
    for_each_lower(a.rows, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
      if (row > col) entries[row + col * n] = entries[col + row * n];
    });
  }
  for_each_index(n, [=] CURVEGRAPH_DEVICE(std::size_t i) { entries[i * (n + 1)] = diagonal[i] + shift; });
  undamped_ = false;
  return potrf(a) == 0;
}

void DampedSystem::solve(ConstMatrixView v, const ParameterVector* w, ParameterVector& x) {
  const int samples = jacobian_.samples();
  const MatrixView seed = columns(seed_.view(), 0, samples);
  const MatrixView alpha = columns(alpha_.view(), 0, samples);
  const MatrixView column{alpha.data, static_cast<int>(alpha.size()), 1};
  const auto transposed_product = [&](ConstMatrixView of) {
    jacobian_.apply_factor(Transpose::No, of, seed);
    jacobian_.transposed_product(seed, x);
  };
  if (space_ == Space::Parameters) {
    transposed_product(v);
    if (w != nullptr) axpy(1, w->all(), x.all());
    potrs(Side::Left, matrix(), x.all());
    return;
  }
  if (w != nullptr) {
    line_.run(*w, /*second=*/false);
    jacobian_.apply_factor(Transpose::Yes, line_.first(), alpha);
    scal(static_cast<real>(-1 / kappa_), alpha);
    axpy(1, v, alpha);
  } else {
    copy(v, alpha);
  }
  potrs(Side::Left, matrix(), column);
  scal(static_cast<real>(samples), alpha);  // as transposed_product() takes the mean
  transposed_product(alpha);
  if (w != nullptr) axpy(static_cast<real>(1 / kappa_), w->all(), x.all());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
