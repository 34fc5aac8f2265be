#pragma once

#include <compare>
#include <map>

#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The shape of op(A) op(B), rows × inner times inner × cols. It decides how long a product takes.
struct ProductShape {
  Transpose transpose_a = Transpose::No;
  Transpose transpose_b = Transpose::No;
  int rows = 0;
  int cols = 0;
  int inner = 0;

  [[nodiscard]] double flops() const { return 2.0 * rows * cols * inner; }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the comparison that the compiler makes
  friend auto operator<=>(const ProductShape&, const ProductShape&) = default;
};

/// Counts the matrix products that this thread asks linalg.h for while the log lives. A call counts by its number of
/// operations: a product with a symmetric result as half a product of its shape, the factorisation of an n × n matrix
/// as a share of the n × n × n product. Products with vectors do not count.
class ProductLog {
 public:
  ProductLog();
  ProductLog(const ProductLog&) = delete;
  ProductLog& operator=(const ProductLog&) = delete;
  ProductLog(ProductLog&&) = delete;
  ProductLog& operator=(ProductLog&&) = delete;
  ~ProductLog();

  /// The products since the last call, by shape.
  std::map<ProductShape, double> take();

  /// Adds a call of linalg.h to the log of this thread, if there is one.
  static void add(const ProductShape& shape, double count = 1);

 private:
  std::map<ProductShape, double> counts_;
  ProductLog* before_;  // the log that this one replaces
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
