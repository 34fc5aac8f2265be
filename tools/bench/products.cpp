#include "tools/bench/products.h"

#include <algorithm>
#include <functional>

#include <fmt/core.h>

#include "framework/error.h"
#include "second_order/ea_cg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kHalf = 0.5;              // of a symmetric result
constexpr double kCholesky = 1.0 / 6;      // n³/3 of 2n³
constexpr double kEigenvectors = 7.0 / 3;  // 14/3 n³: to tridiagonal form 4/3, divide and conquer 4/3, back 2

/// One layer of n units and m inputs.
struct Layer {
  int number = 0;
  int n = 0;
  int m = 0;
  int batch = 0;
  double iterations = 0;

  /// RowSpace: the batch where it is smaller than the layer's input, else the input.
  [[nodiscard]] bool of_batch() const { return batch < m; }
  [[nodiscard]] int r() const { return std::min(batch, m); }
};

class List {
 public:
  explicit List(std::vector<Product>& products) : products_(&products) {}

  void add(Phase phase, const Layer& layer, const ProductShape& shape, double count = 1) const {
    products_->push_back({.phase = phase, .layer = layer.number, .shape = shape, .count = count});
  }
  /// A square matrix of that order.
  void add_square(Phase phase, const Layer& layer, int order, double count) const {
    add(phase, layer, {.rows = order, .cols = order, .inner = order}, count);
  }

 private:
  std::vector<Product>* products_;
};

/// δ hᵀ
ProductShape gradient(const Layer& layer) {
  return {.transpose_b = Transpose::Yes, .rows = layer.n, .cols = layer.m, .inner = layer.batch};
}

/// δ δᵀ
ProductShape delta_moment(const Layer& layer) {
  return {.transpose_b = Transpose::Yes, .rows = layer.n, .cols = layer.n, .inner = layer.batch};
}

/// XᵀX of a matrix X of that many rows and a column a sample.
ProductShape of_samples(int rows, int batch) {
  return {.transpose_a = Transpose::Yes, .rows = batch, .cols = batch, .inner = rows};
}

void add_backward(const List& list, Phase phase, const Layer& layer, double count) {
  if (layer.number == 1) return;
  list.add(phase, layer, {.transpose_a = Transpose::Yes, .rows = layer.m, .cols = layer.batch, .inner = layer.n},
           count);
}

/// From G of the layer to that of the layer below, of that many samples; `count` times.
void add_recursion(const List& list, const Layer& layer, int samples, double count) {
  if (layer.number == 1) return;
  const auto [number, n, m, batch, iterations] = layer;
  list.add(Phase::Propagation, layer, {.rows = n, .cols = m, .inner = n}, count);
  list.add(Phase::Propagation, layer, {.transpose_a = Transpose::Yes, .rows = m, .cols = m, .inner = n}, count * kHalf);
  list.add(Phase::Propagation, layer, {.transpose_b = Transpose::Yes, .rows = m, .cols = m, .inner = samples},
           count * kHalf);
}

void add_propagation(const List& list, const Curvature& curvature, const Layer& layer, double count) {
  switch (curvature.method) {
    case Curvature::Method::Recursion:
      add_recursion(list, layer, layer.batch, count);
      return;
    case Curvature::Method::RecursionPerSample:
      add_recursion(list, layer, 1, count * layer.batch);
      return;
    case Curvature::Method::SampledGradientMoment:
      add_backward(list, Phase::Propagation, layer, count);
      [[fallthrough]];
    case Curvature::Method::GradientMoment:
      list.add(Phase::Propagation, layer, delta_moment(layer), count * kHalf);
      return;
  }
}

// --- Solvers: solve and update ---

void add_ea_cg(const List& list, const Layer& layer) {
  if (EaCg::stores_gradient({layer.n, layer.m}, layer.batch)) {
    list.add(Phase::Solve, layer, gradient(layer));  // the update is a pass over it
    return;
  }
  list.add(Phase::Solve, layer, of_samples(layer.n, layer.batch), kHalf);
  list.add(Phase::Solve, layer, of_samples(layer.m, layer.batch), kHalf);
  list.add(Phase::Update, layer, gradient(layer));
}

void add_ea_direct(const List& list, const Layer& layer) {
  list.add_square(Phase::Solve, layer, layer.n, kCholesky);
  list.add(Phase::Update, layer, gradient(layer));
}

/// The gradient in coordinates of the row space: a product unless the space is the batch's. Then the direction's is.
void add_coordinates(const List& list, const Layer& layer) {
  list.add(layer.of_batch() ? Phase::Update : Phase::Solve, layer, gradient(layer));
}

/// M of the row space
void add_second_moment(const List& list, const Layer& layer) {
  list.add(Phase::Solve, layer,
           layer.of_batch()
               ? of_samples(layer.m, layer.batch)
               : ProductShape{.transpose_b = Transpose::Yes, .rows = layer.m, .cols = layer.m, .inner = layer.batch},
           kHalf);
}

/// G Q: n × r
ProductShape from_left(const Layer& layer) { return {.rows = layer.n, .cols = layer.r(), .inner = layer.n}; }
/// Q M: n × r
ProductShape from_right(const Layer& layer) { return {.rows = layer.n, .cols = layer.r(), .inner = layer.r()}; }

// M and its eigenvectors, into their basis and back, a product with G an iteration and one for the residual.
void add_cg(const List& list, const Layer& layer) {
  add_coordinates(list, layer);
  add_second_moment(list, layer);
  list.add_square(Phase::Solve, layer, layer.r(), kEigenvectors);
  list.add(Phase::Solve, layer, from_right(layer), 2);
  list.add(Phase::Solve, layer, from_left(layer), layer.iterations + 1);
}

// Cholesky's factors of G and M, two triangular solves with each (worth a product), a product with each for the
// residual.
void add_kfi(const List& list, const Layer& layer) {
  add_coordinates(list, layer);
  add_second_moment(list, layer);
  list.add_square(Phase::Solve, layer, layer.n, kCholesky);
  list.add_square(Phase::Solve, layer, layer.r(), kCholesky);
  list.add(Phase::Solve, layer, from_left(layer), 2);
  list.add(Phase::Solve, layer, from_right(layer), 2);
}

// As kfi, without M.
void add_kfi_rank_one(const List& list, const Layer& layer) {
  add_coordinates(list, layer);
  list.add_square(Phase::Solve, layer, layer.n, kCholesky);
  list.add(Phase::Solve, layer, from_left(layer), 2);
}

struct SolverProducts {
  std::string_view solver;
  void (*add)(const List& list, const Layer& layer) = nullptr;
};

constexpr std::array kSolvers{
    SolverProducts{"ea-cg", add_ea_cg}, SolverProducts{"ea-direct", add_ea_direct},       SolverProducts{"cg", add_cg},
    SolverProducts{"kfi", add_kfi},     SolverProducts{"kfi-rank-one", add_kfi_rank_one},
};

const SolverProducts& solver_products(const WeightSolverKind& solver) {
  const auto* found = std::ranges::find(kSolvers, solver.name, &SolverProducts::solver);
  if (found == kSolvers.end()) throw Error(fmt::format("the products of solver {} have not been counted", solver.name));
  return *found;
}

}  // namespace

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::Forward:
      return "forward";
    case Phase::Backward:
      return "backward";
    case Phase::Propagation:
      return "propagation";
    case Phase::Solve:
      return "solve";
    case Phase::Update:
      return "update";
  }
  return "";
}

std::vector<Product> step_products(std::span<const int> layers, int batch, const OptimizerOptions& optimizer,
                                   std::span<const double> iterations) {
  std::vector<Product> products;
  const List list(products);
  for (std::size_t t = 1; t < layers.size(); ++t) {
    const Layer layer{.number = static_cast<int>(t),
                      .n = layers[t],
                      .m = layers[t - 1],
                      .batch = batch,
                      .iterations = optimizer.kind->second_order ? iterations[t - 1] : 0};
    list.add(Phase::Forward, layer, {.rows = layer.n, .cols = batch, .inner = layer.m});
    add_backward(list, Phase::Backward, layer, 1);
    if (optimizer.kind->second_order) {
      add_propagation(list, *optimizer.curvature, layer, 1.0 / optimizer.curvature_every);
      solver_products(*optimizer.solver).add(list, layer);
    } else {
      list.add(Phase::Update, layer, gradient(layer));
    }
  }
  return products;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
