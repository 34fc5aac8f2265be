#include "tools/check/random_points.h"

#include <array>
#include <cmath>
#include <vector>

#include "framework/check/host_matrix.h"
#include "framework/check/kinks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::uint64_t kMaxFeatures = 8;
constexpr std::uint64_t kMaxBatch = 6;
/// The most draws of a sample that lies near a kink. More than enough, except for an op that bends sharply everywhere.
constexpr int kPointDraws = 50;

constexpr std::array kNotACriterion{Targets::None};
constexpr std::array kDistributions{Targets::OneHot, Targets::Distribution};
constexpr std::array kFractions{Targets::Fractions};
constexpr std::array kNumbers{Targets::Numbers};

int from_one_to(Random& random, std::uint64_t most) { return 1 + static_cast<int>(random.below(most)); }

HostMatrix symmetric(HostMatrix a) {
  for (int j = 0; j < a.cols(); ++j) {
    for (int i = 0; i < j; ++i) a(i, j) = a(j, i);
  }
  return a;
}

}  // namespace

std::string_view name(Targets targets) {
  switch (targets) {
    case Targets::OneHot:
      return "one-hot";
    case Targets::Distribution:
      return "distribution";
    case Targets::Fractions:
      return "fractions";
    case Targets::Numbers:
      return "numbers";
    default:
      return "-";
  }
}

std::span<const Targets> targets_of(const Op& op) {
  if (op.kind != Op::Kind::Criterion) return kNotACriterion;
  switch (op.targets) {
    case Op::Targets::Fractions:
      return kFractions;
    case Op::Targets::Numbers:
      return kNumbers;
    default:
      return kDistributions;
  }
}

Tensor random_tensor(Random& random, Shape shape, double low, double high) {
  std::vector<real> values(shape.size());
  for (real& value : values) value = static_cast<real>(random.uniform(low, high));
  return {shape, values};
}

Tensor random_targets(Random& random, Shape shape, Targets kind) {
  if (kind == Targets::Numbers) return random_tensor(random, shape, -6, 6);
  if (kind == Targets::Fractions) return random_tensor(random, shape, 0, 1);
  HostMatrix t(shape);
  for (int sample = 0; sample < shape.cols; ++sample) {
    if (kind == Targets::OneHot) {
      t(static_cast<int>(random.below(static_cast<std::uint64_t>(shape.rows))), sample) = 1;
      continue;
    }
    double sum = 0;
    for (int i = 0; i < shape.rows; ++i) sum += t(i, sample) = random.uniform(0.05, 1);
    for (int i = 0; i < shape.rows; ++i) t(i, sample) /= sum;
  }
  Tensor tensor(shape);
  t.copy_to(tensor);
  return tensor;
}

OpPoint random_point(Random& random, const Op& op, Targets targets) {
  const bool criterion = op.kind == Op::Kind::Criterion;
  const int features = from_one_to(random, kMaxFeatures);
  const int batch = from_one_to(random, kMaxBatch);
  const Shape shape{features, batch};
  OpPoint point{.x = {}, .parameters = {}, .dy = {}, .H = {}};
  for (int i = 0; i < op.arity; ++i) point.x.push_back(random_tensor(random, shape, -3, 3));
  if (criterion) point.x[1] = random_targets(random, shape, targets);
  std::vector<Shape> parameters;
  if (op.kind == Op::Kind::Weighted) {
    const int outputs = from_one_to(random, kMaxFeatures);
    parameters = {{outputs, features}, {outputs, 1}};
  }
  for (const Shape parameter : parameters) point.parameters.push_back(random_tensor(random, parameter, -1, 1));
  const std::vector<int> inputs(point.x.size(), features);
  const int rows = op.shape({.op = op.name, .features = inputs, .parameters = parameters});
  // The weight of a sample's loss if y is the loss, else the gradient from the next op.
  point.dy = random_tensor(random, {rows, batch}, criterion ? 0.5 : -1, criterion ? 2 : 1);
  point.H = Tensor(rows, rows);
  symmetric(HostMatrix(random_tensor(random, {rows, rows}, -1, 1))).copy_to(point.H);

  for (int draw = 1; draw < kPointDraws; ++draw) {
    const std::vector<int> near = samples_near_kinks(op, point);
    if (near.empty()) break;
    for (Tensor& x : std::span(point.x).first(criterion ? 1 : point.x.size())) {
      for (const int sample : near) {
        copy(random_tensor(random, {features, 1}, -3, 3), columns(x.view(), sample, 1));
      }
    }
  }
  return point;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
