#include "tests/support/plain_blocks.h"

#include <algorithm>
#include <cmath>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

double log_probability(std::span<const double> logits, int label) {
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit);
  return logits[at(label)] - std::log(sum);
}

double sigma(double z) { return 1 / (1 + std::exp(-z)); }
double slope(double z) { return sigma(z) * (1 - sigma(z)); }
double bend(double z) { return slope(z) * (1 - 2 * sigma(z)); }

/// Central differences.
struct CriterionAt {
  const PlainCriterion& criterion;
  std::vector<double> logits;
  int label;

  [[nodiscard]] double moved(int i, double by_i, int j, double by_j) const {
    std::vector<double> there = logits;
    there[at(i)] += by_i;
    there[at(j)] += by_j;
    return criterion(there, label);
  }
  [[nodiscard]] double gradient(int i) const {
    constexpr double h = 1e-5;
    return (moved(i, h, i, 0) - moved(i, -h, i, 0)) / (2 * h);
  }
  [[nodiscard]] double hessian(int i, int j) const {
    constexpr double h = 1e-4;
    return (moved(i, h, j, h) - moved(i, h, j, -h) - moved(i, -h, j, h) + moved(i, -h, j, -h)) / (4 * h * h);
  }
};

void add(double factor, const HostMatrix& a, HostMatrix& sum) {
  for (std::size_t i = 0; i < sum.values().size(); ++i) sum.values()[i] += factor * a.values()[i];
}

HostMatrix outer(const HostMatrix& column) {
  HostMatrix product(Shape{column.rows(), column.rows()});
  for (int i = 0; i < column.rows(); ++i) {
    for (int j = 0; j < column.rows(); ++j) product(i, j) = column(i, 0) * column(j, 0);
  }
  return product;
}

/// Wᵀ δ
HostMatrix back(const HostMatrix& weight, const HostMatrix& delta) {
  HostMatrix product(Shape{weight.cols(), 1});
  for (int i = 0; i < weight.cols(); ++i) {
    for (int k = 0; k < weight.rows(); ++k) product(i, 0) += weight(k, i) * delta(k, 0);
  }
  return product;
}

HostMatrix absolute_eigenvalues(const HostMatrix& a) {
  const HostEigen parts = eigen(a);
  HostMatrix absolute(a.shape());
  for (int k = 0; k < a.rows(); ++k) {
    for (int i = 0; i < a.rows(); ++i) {
      for (int j = 0; j < a.rows(); ++j) {
        absolute(i, j) += parts.vectors(i, k) * std::abs(parts.values[at(k)]) * parts.vectors(j, k);
      }
    }
  }
  return absolute;
}

/// z of every layer.
std::vector<HostMatrix> forward(std::span<const PlainLayer> layers, const HostMatrix& inputs, int sample) {
  std::vector<HostMatrix> outputs;
  for (std::size_t t = 0; t < layers.size(); ++t) {
    HostMatrix z = layers[t].bias;
    for (int i = 0; i < z.rows(); ++i) {
      for (int j = 0; j < layers[t].weight.cols(); ++j) {
        z(i, 0) += layers[t].weight(i, j) * (t == 0 ? inputs(j, sample) : sigma(outputs[t - 1](j, 0)));
      }
    }
    outputs.push_back(std::move(z));
  }
  return outputs;
}

void add_sample(std::span<const PlainLayer> layers, const PlainCriterion& criterion, const HostMatrix& inputs,
                int sample, int label, PlainBlocks& sums) {
  const double share = 1.0 / inputs.cols();
  const std::vector<HostMatrix> z = forward(layers, inputs, sample);
  const CriterionAt there{criterion, {z.back().values().begin(), z.back().values().end()}, label};
  sums.loss += share * criterion(there.logits, label);
  const int outputs = z.back().rows();
  HostMatrix delta(Shape{outputs, 1});
  HostMatrix H(Shape{outputs, outputs});
  for (int i = 0; i < outputs; ++i) {
    delta(i, 0) = there.gradient(i);
    for (int j = 0; j < outputs; ++j) H(i, j) = there.hessian(i, j);
  }
  for (std::size_t t = layers.size(); t-- > 0;) {
    add(share, H, sums.exact[t]);
    add(share, outer(delta), sums.moments[t]);
    if (t == 0) break;
    const HostMatrix pulled = back(layers[t].weight, delta);
    const int n = pulled.rows();
    HostMatrix J = layers[t].weight;
    HostMatrix slopes(Shape{n, 1});
    HostMatrix residual(Shape{n, 1});
    HostMatrix below(Shape{n, n});
    for (int i = 0; i < n; ++i) {
      slopes(i, 0) = slope(z[t - 1](i, 0));
      residual(i, 0) = bend(z[t - 1](i, 0)) * pulled(i, 0);
      for (int k = 0; k < J.rows(); ++k) J(k, i) *= slopes(i, 0);
    }
    add_congruence(J, H, 1, below);
    delta = pulled;
    for (int i = 0; i < n; ++i) {
      below(i, i) += residual(i, 0);
      delta(i, 0) *= slopes(i, 0);
    }
    add(share, outer(slopes), sums.slopes[t - 1]);
    add(share, residual, sums.residuals[t - 1]);
    H = below;
  }
}

}  // namespace

double plain_cross_entropy(std::span<const double> logits, int label) { return -log_probability(logits, label); }

double plain_bounded(std::span<const double> logits, int label) {
  return 1 / (1 + std::exp(5 * (std::exp(log_probability(logits, label)) - 0.2)));
}

PlainBlocks plain_blocks(std::span<const PlainLayer> layers, const PlainCriterion& criterion, const HostMatrix& inputs,
                         std::span<const int> labels) {
  PlainBlocks blocks;
  for (const PlainLayer& layer : layers) {
    const Shape square{layer.bias.rows(), layer.bias.rows()};
    for (auto* matrices : {&blocks.exact, &blocks.moments, &blocks.slopes}) matrices->emplace_back(square);
    blocks.residuals.emplace_back(layer.bias.shape());
  }
  for (int sample = 0; sample < inputs.cols(); ++sample) {
    add_sample(layers, criterion, inputs, sample, labels[at(sample)], blocks);
  }
  for (const HostMatrix& each : blocks.exact) blocks.absolute.push_back(absolute_eigenvalues(each));
  return blocks;
}

std::vector<HostMatrix> plain_recursion(std::span<const PlainLayer> layers, const PlainBlocks& blocks,
                                        const HostMatrix& last, double (*residual)(double)) {
  std::vector<HostMatrix> result(layers.size());
  result.back() = last;
  for (std::size_t t = layers.size() - 1; t > 0; --t) {
    const HostMatrix& slopes = blocks.slopes[t - 1];
    HostMatrix below(slopes.shape());
    add_congruence(layers[t].weight, result[t], 1, below);
    for (std::size_t i = 0; i < below.values().size(); ++i) below.values()[i] *= slopes.values()[i];
    for (int i = 0; i < below.rows(); ++i) below(i, i) += residual(blocks.residuals[t - 1](i, 0));
    result[t - 1] = std::move(below);
  }
  return result;
}

double plain_norm(const HostMatrix& a) {
  double square = 0;
  for (const double value : a.values()) square += value * value;
  return std::sqrt(square);
}

double plain_distance(const HostMatrix& a, const HostMatrix& b) {
  HostMatrix difference = a;
  add(-1, b, difference);
  return plain_norm(difference);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
