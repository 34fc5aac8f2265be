#include "tools/bench/solver_products.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/core.h>

#include "framework/error.h"
#include "second_order/input_moment.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kCholesky = 1.0 / 6;      // n³/3 of 2n³
constexpr double kInverse = 1.0 / 2;       // n³, with its Cholesky factor
constexpr double kEigenvectors = 7.0 / 3;  // 14/3 n³: to tridiagonal form 4/3, divide and conquer 4/3, back 2

/// XᵀX of a matrix X of that many rows and a column a sample.
ProductShape of_samples(int rows, int batch) {
  return {.transpose_a = Transpose::Yes, .rows = batch, .cols = batch, .inner = rows};
}

/// δᵀδ and hᵀh
void add_gradient_square(const ProductList& list, const LayerWork& layer) {
  list.add(Phase::Solve, layer, of_samples(layer.n, layer.batch), kHalf);
  list.add(Phase::Solve, layer, of_samples(layer.m, layer.batch), kHalf);
}

// hᵀh and its eigenvectors E, KE = hᵀh E, Eᵀ KE and its eigenvectors, into their basis with E and KE, a product with G
// an iteration and one for the residual.
void add_ea_rank(const ProductList& list, const LayerWork& layer) {
  const int B = layer.batch;
  const int r = std::min(layer.rank, B);
  const ProductShape from_left{.rows = layer.n, .cols = r, .inner = layer.n};
  add_gradient_square(list, layer);
  if (r > 1) list.add_square(Phase::Solve, layer, B, kEigenvectors);
  list.add(Phase::Solve, layer, {.rows = B, .cols = r, .inner = B});
  list.add(Phase::Solve, layer, {.transpose_a = Transpose::Yes, .rows = r, .cols = r, .inner = B}, kHalf);
  list.add_square(Phase::Solve, layer, r, kEigenvectors);
  list.add(Phase::Solve, layer, {.rows = B, .cols = r, .inner = r}, 2);
  list.add(Phase::Solve, layer, {.rows = layer.n, .cols = r, .inner = B});
  list.add(Phase::Solve, layer, from_left, layer.iterations + 1);
  list.add(Phase::Solve, layer, {.transpose_b = Transpose::Yes, .rows = layer.n, .cols = B, .inner = r});
  list.add(Phase::Update, layer, gradient(layer));
}

void add_ea_cg(const ProductList& list, const LayerWork& layer) {
  if (layer.rank > 1) {
    add_ea_rank(list, layer);
    return;
  }
  if (MeanMoment::stores_gradient({layer.n, layer.m}, layer.batch)) {
    list.add(Phase::Solve, layer, gradient(layer));  // the update is a pass over it
    return;
  }
  add_gradient_square(list, layer);
  list.add(Phase::Update, layer, gradient(layer));
}

// ‖g‖² for the slope.
void add_ea_direct(const ProductList& list, const LayerWork& layer) {
  list.add_square(Phase::Solve, layer, layer.n, kCholesky);
  add_gradient_square(list, layer);
  list.add(Phase::Update, layer, gradient(layer));
}

/// The gradient in coordinates of the row space: a product unless the space is the batch's. Then the direction's is.
void add_coordinates(const ProductList& list, const LayerWork& layer) {
  list.add(layer.of_batch() ? Phase::Update : Phase::Solve, layer, gradient(layer));
}

/// G Q: n × r
ProductShape from_left(const LayerWork& layer) { return {.rows = layer.n, .cols = layer.r(), .inner = layer.n}; }
/// Q M: n × r
ProductShape from_right(const LayerWork& layer) { return {.rows = layer.n, .cols = layer.r(), .inner = layer.r()}; }

// M and its eigenvectors, into their basis and back, a product with G an iteration and one for the residual.
void add_cg(const ProductList& list, const LayerWork& layer) {
  add_coordinates(list, layer);
  list.add(Phase::Solve, layer, second_moment(layer), kHalf);
  list.add_square(Phase::Solve, layer, layer.r(), kEigenvectors);
  list.add(Phase::Solve, layer, from_right(layer), 2);
  list.add(Phase::Solve, layer, from_left(layer), layer.iterations + 1);
}

// Cholesky's factors of G and M, and two triangular solves with each (worth a product). Of kept blocks the inverse of G
// and, where it is an average, that of M are made for a product and kept too. A damping that has changed too much makes
// them anew, which no number here tells; nor does it the product with M that the slope takes where the damping is far
// larger than M. The residual is that of a column.
void add_kfi(const ProductList& list, const LayerWork& layer) {
  const double of_block = (layer.new_blocks < 1 ? kInverse : kCholesky) * layer.new_blocks;
  add_coordinates(list, layer);
  if (!layer.averaged) list.add(Phase::Solve, layer, second_moment(layer), kHalf);
  list.add_square(Phase::Solve, layer, layer.n, of_block);
  list.add_square(Phase::Solve, layer, layer.r(), layer.averaged ? of_block : kCholesky);
  list.add(Phase::Solve, layer, from_left(layer));
  list.add(Phase::Solve, layer, from_right(layer));
}

// As kfi, without M. Of the batch, QᵀR and hᵀh for the slope.
void add_kfi_rank_one(const ProductList& list, const LayerWork& layer) {
  add_coordinates(list, layer);
  list.add_square(Phase::Solve, layer, layer.n, kCholesky);
  list.add(Phase::Solve, layer, from_left(layer));
  if (!layer.of_batch()) return;
  list.add(Phase::Solve, layer, of_samples(layer.n, layer.batch));
  list.add(Phase::Solve, layer, of_samples(layer.m, layer.batch), kHalf);
}

struct SolverProducts {
  std::string_view solver;
  void (*add)(const ProductList& list, const LayerWork& layer) = nullptr;
};

constexpr std::array kSolvers{
    SolverProducts{"ea-cg", add_ea_cg},    SolverProducts{"ea-direct", add_ea_direct},
    SolverProducts{"cg", add_cg},          SolverProducts{"kfi", add_kfi},
    SolverProducts{"kfi-joined", add_kfi}, SolverProducts{"kfi-rank-one", add_kfi_rank_one},
};

}  // namespace

ProductShape gradient(const LayerWork& layer) {
  return {.transpose_b = Transpose::Yes, .rows = layer.n, .cols = layer.m, .inner = layer.batch};
}

ProductShape second_moment(const LayerWork& layer) {
  if (layer.of_batch()) return of_samples(layer.m, layer.batch);
  return {.transpose_b = Transpose::Yes, .rows = layer.r(), .cols = layer.r(), .inner = layer.batch};
}

void add_solver(const ProductList& list, const WeightSolverKind& solver, const LayerWork& layer) {
  const auto* const found = std::ranges::find(kSolvers, solver.name, &SolverProducts::solver);
  if (found == kSolvers.end()) throw Error(fmt::format("the products of solver {} have not been counted", solver.name));
  found->add(list, layer);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
