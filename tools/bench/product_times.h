#pragma once

#include <map>
#include <span>
#include <vector>

#include "framework/tensor.h"
#include "tools/bench/products.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Times plain matrix products, each shape again and again.
class ProductTimes {
 public:
  /// Every shape once, whatever number of products has it.
  explicit ProductTimes(std::span<const Product> products);

  /// Times each shape once more.
  void measure();
  /// Seconds by shape, of every measure().
  [[nodiscard]] const std::map<ProductShape, std::vector<double>>& seconds() const { return seconds_; }

 private:
  std::map<ProductShape, std::vector<double>> seconds_;
  // For the largest of each; c is written only, so that values do not grow from product to product.
  Tensor a_;
  Tensor b_;
  Tensor c_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
