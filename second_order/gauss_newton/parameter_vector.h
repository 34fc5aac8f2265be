#pragma once

#include <vector>

#include "framework/index.h"
#include "framework/plan.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A vector with an entry for every entry of a plan's parameters: θ itself, a gradient, or a step. The parameters
/// follow each other by number, each column by column. Parameters that the plan does not use have no entries.
class ParameterVector {
 public:
  /// Zero.
  explicit ParameterVector(const Plan& plan);

  [[nodiscard]] int size() const { return all_.shape().rows; }
  /// size() × 1
  [[nodiscard]] MatrixView all() { return all_; }
  [[nodiscard]] ConstMatrixView all() const { return all_; }
  /// The entries of one parameter, in its shape; without data if the plan does not use it.
  [[nodiscard]] MatrixView of(int parameter) { return part(parameter, all_.view()); }
  [[nodiscard]] ConstMatrixView of(int parameter) const { return part(parameter, all_.view()); }
  /// Where the entries of a parameter begin.
  [[nodiscard]] int offset(int parameter) const { return offsets_[to_index(parameter)]; }

  /// Copies the plan's parameters, and puts them back.
  void load(const Plan& plan);
  void store(Plan& plan) const;
  /// = E[∂ξ/∂θ] of the plan's last backward().
  void load_gradient(const Plan& plan);

 private:
  template <class T>
  [[nodiscard]] BasicMatrixView<T> part(int parameter, BasicMatrixView<T> all) const {
    const Shape shape = shapes_[to_index(parameter)];
    if (shape.size() == 0) return {};
    return {all.data + to_index(offset(parameter)), shape.rows, shape.cols};
  }

  Tensor all_;
  std::vector<Shape> shapes_;  // by parameter; empty if it is not used
  std::vector<int> offsets_;   // likewise
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
