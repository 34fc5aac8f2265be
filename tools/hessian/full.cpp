#include "tools/hessian/full.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/linalg.h"
#include "framework/workspace.h"
#include "second_order/gauss_newton/output_jacobian.h"
#include "second_order/gauss_newton/parameter_vector.h"
#include "tools/hessian/blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kMostParameters = 10'000;
/// The step of the differences: their truncation error is of order step⁴, their rounding error of order ε/step.
constexpr double kDifferenceStep = 1e-3;

/// The place of each parameter of the model file in a ParameterVector, and its layer.
struct ParameterOrder {
  std::vector<std::size_t> place = {};
  std::vector<int> layer = {};

  ParameterOrder(const Plan& plan, const ParameterVector& vector) {
    int number = 0;
    for (const int index : plan.order()) {
      const Node& node = plan.graph().nodes()[to_index(index)];
      if (!node.is_weighted()) continue;
      for (const int parameter : {node.weight(), node.bias()}) {
        const Shape shape = vector.of(parameter).shape();
        for (int row = 0; row < shape.rows; ++row) {
          for (int col = 0; col < shape.cols; ++col) {
            place.push_back(to_index(vector.offset(parameter)) + Shape{shape.rows, col}.size() + to_index(row));
            layer.push_back(number);
          }
        }
      }
      ++number;
    }
  }

  [[nodiscard]] std::size_t size() const { return place.size(); }
};

/// `values`: P × P in the order of a ParameterVector, column by column.
FullMatrix make_full(std::string_view name, const std::vector<real>& values, const ParameterOrder& order) {
  const std::size_t size = order.size();
  FullMatrix full{.name = name, .matrix = Tensor(static_cast<int>(size), static_cast<int>(size))};
  std::vector<real> ordered(size * size);
  double square = 0;
  double antisymmetric = 0;
  double in_layers = 0;
  for (std::size_t col = 0; col < size; ++col) {
    for (std::size_t row = 0; row < size; ++row) {
      const double entry = static_cast<double>(values[order.place[row] + order.place[col] * size]);
      const double mirrored = static_cast<double>(values[order.place[col] + order.place[row] * size]);
      const double mean = (entry + mirrored) / 2;
      square += mean * mean;
      antisymmetric += (entry - mirrored) * (entry - mirrored);
      if (order.layer[row] == order.layer[col]) in_layers += mean * mean;
      ordered[row + col * size] = static_cast<real>(mean);
    }
  }
  if (!std::isfinite(square)) throw Error(fmt::format("{}: holds numbers that are not finite", name));
  copy_to_device(ordered, full.matrix.view());
  if (square > 0) {
    full.asymmetry = std::sqrt(antisymmetric / square);
    full.layer_share = in_layers / square;
  }
  Tensor vectors = full.matrix;
  Tensor eigenvalues(static_cast<int>(size), 1);
  Workspace workspace;
  if (const int info = syevd(vectors, eigenvalues, workspace); info != 0) {
    throw Error(fmt::format("{}: its eigenvalues were not found (LAPACK's info {})", name, info));
  }
  for (const real value : eigenvalues.to_host()) full.eigenvalues.push_back(static_cast<double>(value));
  return full;
}

std::vector<real> gauss_newton_matrix(Plan& plan) {
  OutputJacobian jacobian(plan);
  jacobian.refresh();
  Tensor matrix(jacobian.parameters(), jacobian.parameters());
  jacobian.normal_matrix(matrix);
  mirror_lower(matrix);
  return matrix.to_host();
}

/// Column j: (8 (g₊₁ - g₋₁) - (g₊₂ - g₋₂)) / 12 h, with gₖ the gradient at θ + k h eⱼ.
std::vector<real> hessian_by_differences(Plan& plan, StatusLine& status) {
  ParameterVector point(plan);
  point.load(plan);
  const std::vector<real> origin = to_host(point.all());
  ParameterVector gradient(plan);
  const std::size_t size = origin.size();
  std::vector<real> columns;
  columns.reserve(size * size);
  std::vector<real> moved = origin;
  for (std::size_t j = 0; j < size; ++j) {
    const double step = kDifferenceStep * std::max(1.0, std::abs(static_cast<double>(origin[j])));
    std::vector<double> column(size, 0);
    for (const int times : {-2, -1, 1, 2}) {
      moved[j] = static_cast<real>(static_cast<double>(origin[j]) + times * step);
      copy_to_device(moved, point.all());
      point.store(plan);
      plan.forward();
      plan.backward();
      gradient.load_gradient(plan);
      const std::vector<real> found = to_host(gradient.all());
      const double factor = (std::abs(times) == 1 ? 8.0 : -1.0) * (times > 0 ? 1 : -1) / (12 * step);
      for (std::size_t i = 0; i < size; ++i) column[i] += factor * static_cast<double>(found[i]);
    }
    moved[j] = origin[j];
    for (const double entry : column) columns.push_back(static_cast<real>(entry));
    if (status.due()) {
      status.draw(fmt::format("hessian  {}  {} of {} parameters",
                              progress_bar(static_cast<int>(j) + 1, static_cast<int>(size)), j + 1, size));
    }
  }
  copy_to_device(origin, point.all());
  point.store(plan);
  return columns;
}

}  // namespace

double FullMatrix::resolution() const {
  if (eigenvalues.empty()) return 0;
  const double largest = std::max(std::abs(eigenvalues.front()), std::abs(eigenvalues.back()));
  const double rounding = static_cast<double>(eigenvalues.size()) * std::numeric_limits<real>::epsilon();
  return std::max(rounding, asymmetry) * largest;
}

int FullMatrix::negative() const {
  return static_cast<int>(std::ranges::count_if(eigenvalues, [&](double value) { return value < -resolution(); }));
}

int FullMatrix::rank() const {
  return static_cast<int>(
      std::ranges::count_if(eigenvalues, [&](double value) { return std::abs(value) > resolution(); }));
}

void require_small(const TrainedNetwork& network) {
  std::int64_t parameters = 0;
  for (std::size_t t = 1; t < network.layers.size(); ++t) {
    parameters += (std::int64_t{network.layers[t - 1]} + 1) * network.layers[t];
  }
  if (parameters > kMostParameters) {
    throw UsageError(
        fmt::format("--full: the network has {} parameters, expected at most {}, for a matrix of {:.1f} GB", parameters,
                    kMostParameters, 8e-9 * kMostParameters * kMostParameters));
  }
}

std::vector<FullMatrix> compute_full(const TrainedNetwork& network, BatchLoader& data, std::span<const int> samples,
                                     StatusLine& status) {
  Plan plan(*network.model.graph, network.model.loss, static_cast<int>(samples.size()),
            Plan::Buffers::ValuesAndGradients);
  forward_and_backward(plan, network.model, data, samples);
  const ParameterOrder order(plan, ParameterVector(plan));
  std::vector<FullMatrix> matrices;
  matrices.push_back(make_full("gauss-newton", gauss_newton_matrix(plan), order));
  const std::vector<real> hessian = hessian_by_differences(plan, status);
  status.draw("eigenvalues of the hessian ...");
  matrices.push_back(make_full("hessian", hessian, order));
  return matrices;
}

std::string format_full(std::span<const FullMatrix> matrices) {
  constexpr std::string_view kRow = "{:<12}  {:>19}  {:>18}  {:>8}  {:>6}  {:>10}  {:>9}\n";
  std::string table = fmt::format("\nAll {} parameters:\n", matrices.front().eigenvalues.size());
  table += fmt::format(kRow, "matrix", "smallest eigenvalue", "largest eigenvalue", "negative", "rank", "in layers",
                       "asymmetry");
  for (const FullMatrix& each : matrices) {
    table += fmt::format(kRow, each.name, fmt::format("{:.4e}", each.eigenvalues.front()),
                         fmt::format("{:.4e}", each.eigenvalues.back()), each.negative(), each.rank(),
                         fmt::format("{:.4f}", each.layer_share), fmt::format("{:.1e}", each.asymmetry));
  }
  return table +
         "in layers: share of ‖A‖_F² in the diagonal blocks of the layers. asymmetry: ‖A - Aᵀ‖_F / ‖A‖_F before A\n"
         "was made symmetric; for the hessian it estimates the error of the differences of gradients. negative and\n"
         "rank count only eigenvalues beyond that error and beyond rounding.\n";
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
