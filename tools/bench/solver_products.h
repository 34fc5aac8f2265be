#pragma once

#include <vector>

#include "tools/bench/products.h"

/// What counts the products of a step: a layer and how it is worked with, and of the solvers those of solve and update.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

inline constexpr double kHalf = 0.5;  ///< of a symmetric result

/// One layer of n units and m inputs.
struct LayerWork {
  int number = 0;
  int n = 0;
  int m = 0;
  int batch = 0;
  double iterations = 0;
  double new_blocks = 1;    ///< share of the steps that have them
  double new_products = 1;  ///< share of the new blocks that have a product Wᵀ G W of their own
  int rank = 1;
  bool joined = false;    ///< the bias to the weights
  bool averaged = false;  ///< the second moment

  [[nodiscard]] int inputs() const { return m + (joined ? 1 : 0); }
  /// RowSpace: the batch where it is smaller than the layer's input, else the input.
  [[nodiscard]] bool of_batch() const { return !averaged && batch < inputs(); }
  [[nodiscard]] int r() const { return of_batch() ? batch : inputs(); }
};

class ProductList {
 public:
  explicit ProductList(std::vector<Product>& products) : products_(&products) {}

  void add(Phase phase, const LayerWork& layer, const ProductShape& shape, double count = 1) const {
    products_->push_back({.phase = phase, .layer = layer.number, .shape = shape, .count = count});
  }
  /// A square matrix of that order.
  void add_square(Phase phase, const LayerWork& layer, int order, double count) const {
    add(phase, layer, {.rows = order, .cols = order, .inner = order}, count);
  }

 private:
  std::vector<Product>* products_;
};

/// δ hᵀ
ProductShape gradient(const LayerWork& layer);
/// M of the row space
ProductShape second_moment(const LayerWork& layer);

/// Throws Error for a solver that is not known here.
void add_solver(const ProductList& list, const WeightSolverKind& solver, const LayerWork& layer);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
