#include "second_order/gauss_newton/output_jacobian.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/outer_gram.h"
#include "second_order/gauss_newton/line_derivatives.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// jacobian += δ hᵀ for columns of U: δ is n × c, h is n' × N, the result n n' × c with stride P.
void add_outer_products(ConstMatrixView delta, ConstMatrixView h, int first, int outputs, MatrixView jacobian,
                        int offset) {
  const std::size_t n = to_index(delta.rows);
  const std::size_t inputs = to_index(h.rows);
  const std::size_t stride = to_index(jacobian.rows);
  const std::size_t m = to_index(outputs);
  const std::size_t start = to_index(first);
  const real* d = delta.data;
  const real* x = h.data;
  real* to = jacobian.data + to_index(offset);
  for_each_column({static_cast<int>(n * inputs), delta.cols}, [=] CURVEGRAPH_DEVICE(std::size_t col) {
    const real* sample = x + (start + col) / m * inputs;
    const real* of_row = d + col * n;
    for (std::size_t j = 0; j < inputs; ++j) {
      real* column = to + j * n + col * stride;
      for (std::size_t i = 0; i < n; ++i) column[i] += of_row[i] * sample[j];
    }
  });
}

void add_deltas(ConstMatrixView delta, MatrixView jacobian, int offset) {
  const std::size_t n = to_index(delta.rows);
  const std::size_t stride = to_index(jacobian.rows);
  const real* d = delta.data;
  real* to = jacobian.data + to_index(offset);
  for_each_element(delta.shape(),
                   [=] CURVEGRAPH_DEVICE(std::size_t i, std::size_t col) { to[i + col * stride] += d[i + col * n]; });
}

}  // namespace

OutputJacobian::OutputJacobian(Plan& plan)
    : plan_(&plan),
      output_(output_node(plan)),
      outputs_(plan.graph().nodes()[to_index(output_)].features),
      offsets_(plan),
      factor_(outputs_, outputs_ * plan.max_batch()),
      r_(outputs_, plan.max_batch()),
      rest_(outputs_, plan.max_batch()),
      seed_(outputs_, plan.max_batch()) {
  plan.require_gradients("gauss-newton");
  for (const int index : plan.order()) {
    const Node& node = plan.graph().nodes()[to_index(index)];
    if (node.is_weighted()) {
      layers_.push_back({.node = index,
                         .weight = node.weight(),
                         .bias = node.bias(),
                         .delta = Tensor(node.features, outputs_ * plan.max_batch())});
    } else if (!node.parameters.empty()) {
      throw UsageError(
          fmt::format("gauss-newton: {} has parameters, and is no layer y = W x + b", plan.graph().describe(index)));
    }
  }
}

ConstMatrixView OutputJacobian::delta(const Layer& layer) const { return columns(layer.delta.view(), 0, rows()); }

void OutputJacobian::refresh() {
  const Plan::NodeViews& root = plan_->views(plan_->root());
  const MatrixView factor = columns(factor_.view(), 0, rows());
  const MatrixView rest = columns(rest_.view(), 0, samples());
  plan_->graph().nodes()[to_index(plan_->root())].op->factor_hessian(
      {.x = root.x[0], .t = root.x[1], .S = factor, .r = columns(r_.view(), 0, samples()), .rest = rest});
  const real* left = rest_.view().data;
  has_rest_ = sum_over_index<double>(rest.size(),
                                     [=] CURVEGRAPH_DEVICE(std::size_t i) { return left[i] != 0 ? 1.0 : 0.0; }) > 0;

  const std::size_t m = to_index(outputs_);
  const MatrixView seed = columns(seed_.view(), 0, samples());
  for (std::size_t k = 0; k < m; ++k) {
    const real* s = factor.data;
    real* to = seed.data;
    for_each_element(seed.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t sample) {
      to[row + sample * m] = s[row + (sample * m + k) * m];
    });
    plan_->backward(output_, seed);
    for (Layer& layer : layers_) {
      const ConstMatrixView dy = plan_->views(layer.node).dy;
      const std::size_t n = to_index(dy.rows);
      const real* from = dy.data;
      real* delta = layer.delta.view().data;
      for_each_element(dy.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t sample) {
        delta[row + (sample * m + k) * n] = from[row + sample * n];
      });
    }
  }
}

void OutputJacobian::gram(MatrixView K) {
  real beta = 0;
  for (const Layer& a : layers_) {
    for (const Layer& b : layers_) {
      if (a.weight != b.weight && a.bias != b.bias) continue;
      outer_gram_lower({.a = delta(a),
                        .x = plan_->views(a.node).x[0],
                        .b = delta(b),
                        .y = plan_->views(b.node).x[0],
                        .weight = a.weight == b.weight ? real{1} : real{0},
                        .bias = a.bias == b.bias ? real{1} : real{0}},
                       beta, K, workspace_);
      beta = 1;
    }
  }
}

void OutputJacobian::normal_matrix(MatrixView A) {
  for (int first = 0; first < rows(); first += kTile) {
    workspace_.reset();
    const int count = std::min(kTile, rows() - first);
    const MatrixView jacobian = workspace_.take(offsets_.size(), count);
    fill(jacobian, 0);
    for (const Layer& layer : layers_) {
      const ConstMatrixView part = columns(delta(layer), first, count);
      add_outer_products(part, plan_->views(layer.node).x[0], first, outputs_, jacobian, offsets_.offset(layer.weight));
      add_deltas(part, jacobian, offsets_.offset(layer.bias));
    }
    syrk_lower(BatchMean(samples()).weight(), jacobian, Transpose::No, first == 0 ? real{0} : real{1}, A);
  }
}

void OutputJacobian::transposed_product(ConstMatrixView v, ParameterVector& product) {
  plan_->backward(output_, v);
  product.load_gradient(*plan_);
}

void OutputJacobian::apply_factor(Transpose transpose, ConstMatrixView v, MatrixView product) const {
  const std::size_t m = to_index(outputs_);
  const std::size_t row_stride = transpose == Transpose::No ? 1 : m;
  const std::size_t inner_stride = transpose == Transpose::No ? m : 1;
  const real* s = factor_.view().data;
  const real* from = v.data;
  real* to = product.data;
  for_each_element(product.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t sample) {
    const real* of_row = s + sample * m * m + row * row_stride;
    real sum = 0;
    for (std::size_t k = 0; k < m; ++k) sum += of_row[k * inner_stride] * from[sample * m + k];
    to[row + sample * m] = sum;
  });
}

std::int64_t OutputJacobian::bytes(const Plan& plan) {
  const auto nodes = plan.graph().nodes();
  const std::int64_t batch = plan.max_batch();
  const std::int64_t m = nodes[to_index(output_node(plan))].features;
  std::int64_t elements = batch * m * (m + 3);
  for (const int index : plan.order()) {
    if (nodes[to_index(index)].is_weighted()) elements += batch * m * nodes[to_index(index)].features;
  }
  return elements * static_cast<std::int64_t>(sizeof(real));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
