#pragma once

#include <array>

#include "framework/error.h"
#include "framework/graph.h"
#include "framework/index.h"
#include "ops/ops.h"

/// Networks as they read on paper:
///
///   Graph graph;
///   const Expr x = graph.input(784);
///   const Weight W1 = weight(graph, 512, 784);
///   const Bias b1 = bias(graph, 512);
///   const Expr h1 = sigmoid(W1 * x + b1);
///   const Expr z2 = dense(h1, 10);           // a layer with a weight and a bias of its own
///   const Expr loss = softmax_cross_entropy(z2, graph.input(10));

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct Weight {
  Parameter parameter;
};

struct Bias {
  Parameter parameter;
};

/// W x, which becomes a value once a bias is added to it.
struct Product {
  Weight weight;
  Expr x;
};

inline Weight weight(Graph& graph, int rows, int cols) { return {graph.parameter({rows, cols})}; }
inline Bias bias(Graph& graph, int rows) { return {graph.parameter({rows, 1})}; }

inline Product operator*(Weight weight, Expr x) { return {weight, x}; }

/// The graph that a layer's input belongs to. Throws UsageError if there is none.
inline Graph& graph_of(Expr x) {
  if (x.graph == nullptr) throw UsageError("affine: its input belongs to no graph");
  return *x.graph;
}

/// Throws UsageError when shapes or graphs do not fit.
inline Expr operator+(Product product, Bias bias) {
  return graph_of(product.x).apply(affine, std::array{product.x}, std::array{product.weight.parameter, bias.parameter});
}

/// W x + b with new parameters W: features × (features of x) and b.
inline Expr dense(Expr x, int features) {
  Graph& graph = graph_of(x);
  const int inputs = graph.nodes()[to_index(x.index)].features;
  // A separate statement, because C++ evaluates operands in any order, but the parameters have a fixed order.
  const Weight W = weight(graph, features, inputs);
  return W * x + bias(graph, features);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
