#include "models/block_reference.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include "framework/check/differences.h"
#include "framework/check/op_rules.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kDefinitions{
    BlockDefinition{"gauss-newton", [](double) { return 0.0; }, false},
    BlockDefinition{"pch-1", [](double mean) { return std::abs(mean); }, true},
    BlockDefinition{"pch-2", [](double mean) { return std::max(mean, 0.0); }, true},
};

HostMatrix absolute_eigenvalues(const HostMatrix& a) {
  const HostEigen parts = eigen(a);
  HostMatrix scaled(a.shape());  // |Λ| Qᵀ
  HostMatrix transposed(a.shape());
  HostMatrix result(a.shape());
  for (int i = 0; i < a.rows(); ++i) {
    for (int j = 0; j < a.rows(); ++j) {
      transposed(i, j) = parts.vectors(j, i);
      if (i == j) scaled(i, i) = std::abs(parts.values[to_index(i)]);
    }
  }
  add_congruence(transposed, scaled, 1, result);
  return result;
}

}  // namespace

const BlockDefinition& block_definition(std::string_view curvature) {
  const auto* found = std::ranges::find(kDefinitions, curvature, &BlockDefinition::curvature);
  if (found != kDefinitions.end()) return *found;
  throw UsageError(fmt::format("curvature {}: has no definition to check its recursion against", curvature));
}

BlockReference::Consumer BlockReference::consumer(int value) const {
  for (const int index : plan_->order()) {
    const Node& node = plan_->graph().nodes()[to_index(index)];
    const auto input = std::ranges::find(node.inputs, value);
    if (input != node.inputs.end()) {
      return {.node = index, .input = to_index(input - node.inputs.begin())};
    }
  }
  throw UsageError(fmt::format("{} is not below the criterion", plan_->graph().describe(value)));
}

std::vector<BlockReference::Consumer> BlockReference::consumers(const WeightedLayer& layer) const {
  std::vector<Consumer> path{consumer(layer.node)};
  while (plan_->graph().nodes()[to_index(path.back().node)].op->kind == Op::Kind::Map) {
    path.push_back(consumer(path.back().node));
  }
  return path;
}

std::string BlockReference::path(const WeightedLayer& layer) const {
  std::string names;
  for (const Consumer& consumer : consumers(layer)) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", plan_->graph().describe(consumer.node));
  }
  return names;
}

const BlockReference::Local& BlockReference::local(const Consumer& consumer) {
  const Node& node = plan_->graph().nodes()[to_index(consumer.node)];
  const auto [entry, is_new] = locals_.try_emplace(node.inputs[consumer.input]);
  Local& local = entry->second;
  if (!is_new) return local;
  OpRules rules(*node.op, point_at(*plan_, consumer.node));
  Tensor& x = rules.point().x[consumer.input];
  if (node.op->kind != Op::Kind::Criterion) {
    local.slopes = jacobians(x, step_, [&] { return rules.forward(); });
  }
  const std::vector<HostMatrix> bends = jacobians(x, step_, [&] {
    rules.backward();
    return rules.dx(consumer.input);
  });
  local.bend = HostMatrix(bends.front().shape());
  HostMatrix absolute(local.bend.shape());
  for (const HostMatrix& bend : bends) {
    for (std::size_t i = 0; i < bend.values().size(); ++i) {
      local.bend.values()[i] += bend.values()[i] / static_cast<double>(bends.size());
      absolute.values()[i] += std::abs(bend.values()[i]) / static_cast<double>(bends.size());
    }
  }
  local.bend_terms = largest(absolute);
  return local;
}

const HostMatrix& BlockReference::sample_terms(int value) {
  const auto [entry, is_new] = terms_.try_emplace(value, plan_->views(value).y.shape());
  HostMatrix& terms = entry->second;
  if (!is_new) return terms;
  const Consumer consumer = this->consumer(value);
  if (plan_->graph().nodes()[to_index(consumer.node)].op->kind == Op::Kind::Criterion) {
    double size = 1;
    for (const ConstMatrixView& x : plan_->views(consumer.node).x) size = std::max(size, largest(HostMatrix(x)));
    std::ranges::fill(terms.values(), size);
    return terms;
  }
  // The rounding errors of the sums Σ Jₖᵢ δₖ and the errors in δ are independent, so their squares add up.
  const HostMatrix& above = sample_terms(consumer.node);
  const HostMatrix delta(plan_->views(consumer.node).dy);
  const std::vector<HostMatrix>& slopes = local(consumer).slopes;
  for (int sample = 0; sample < terms.cols(); ++sample) {
    const HostMatrix& J = slopes[to_index(sample)];
    for (int i = 0; i < J.cols(); ++i) {
      double sum = 0;
      double squares = 0;
      for (int k = 0; k < J.rows(); ++k) {
        sum += std::abs(J(k, i) * delta(k, sample));
        squares += J(k, i) * J(k, i) * above(k, sample) * above(k, sample);
      }
      terms(i, sample) = std::sqrt(sum * sum + squares);
    }
  }
  return terms;
}

double BlockReference::gradient_terms(const WeightedLayer& layer) {
  const HostMatrix& terms = sample_terms(layer.node);
  double most = 0;
  for (int i = 0; i < terms.rows(); ++i) {
    double mean = 0;
    for (int sample = 0; sample < terms.cols(); ++sample) mean += terms(i, sample) / terms.cols();
    most = std::max(most, mean);
  }
  return most;
}

BlockReference::Block BlockReference::block(const WeightedLayer& layer, const LayerBlocks& blocks,
                                            const BlockDefinition& definition) {
  const std::vector<Consumer> path = consumers(layer);
  Block block;
  for (auto consumer = path.rbegin(); consumer != path.rend(); ++consumer) {
    const Op& op = *plan_->graph().nodes()[to_index(consumer->node)].op;
    const Local& local = this->local(*consumer);
    if (op.kind == Op::Kind::Criterion) {
      block.terms = local.bend_terms;
      const bool absolute = definition.absolute_eigenvalues && !op.convex;
      block.values = absolute ? absolute_eigenvalues(local.bend) : local.bend;
      continue;
    }
    if (op.kind == Op::Kind::Weighted) {
      const auto next = std::ranges::find(blocks.layers(), consumer->node, &WeightedLayer::node);
      block.values = HostMatrix(blocks.block(*next));
    }
    // E[Jᵀ H J] and the diagonal residual, which is averaged before the policy applies                         (6), (8)
    HostMatrix sum(local.bend.shape());
    for (const HostMatrix& J : local.slopes) {
      add_congruence(J, block.values, 1.0 / static_cast<double>(local.slopes.size()), sum);
    }
    block.terms =
        largest(sum) + std::max(definition.residual(local.bend_terms), definition.residual(-local.bend_terms));
    for (int i = 0; i < sum.rows(); ++i) sum(i, i) += definition.residual(local.bend(i, i));
    block.values = std::move(sum);
  }
  return block;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
