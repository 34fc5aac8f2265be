#pragma once

#include <map>
#include <span>
#include <vector>

#include "framework/tensor.h"
#include "tools/bench/products.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Times plain matrix products, each shape several times.
class ProductTimes {
 public:
  /// Takes each shape once, even if several products have it.
  explicit ProductTimes(std::span<const Product> products);

  /// Times each shape once more.
  void measure();
  /// The seconds of each measure(), by shape.
  [[nodiscard]] const std::map<ProductShape, std::vector<double>>& seconds() const { return seconds_; }

 private:
  std::map<ProductShape, std::vector<double>> seconds_;
  // Large enough for every shape. c is only written, so that values do not grow from product to product.
  Tensor a_;
  Tensor b_;
  Tensor c_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
