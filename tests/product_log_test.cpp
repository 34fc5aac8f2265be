#include "framework/product_log.h"

#include <map>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::IsEmpty;

using Counts = std::map<ProductShape, double>;

Tensor identity_matrix(int n) {
  Tensor matrix(n, n);
  for (int i = 0; i < n; ++i) fill({matrix.view().data + Shape{n, i}.size() + i, 1, 1}, 1);
  return matrix;
}

TEST(ProductLog, CountsCallsByOperations) {
  const Tensor a(4, 5);
  const Tensor b(6, 5);
  Tensor square(4, 4);
  Tensor product(4, 6);
  Tensor factor = identity_matrix(4);
  Tensor values(4, 1);
  Workspace workspace;
  ProductLog log;
  gemm(1, a, Transpose::No, b, Transpose::Yes, 0, product);
  const ProductShape of_gemm{Transpose::No, Transpose::Yes, 4, 6, 5};
  EXPECT_EQ(log.take(), (Counts{{of_gemm, 1}}));
  gemm(1, a, Transpose::No, b, Transpose::Yes, 0, product);
  gemm(1, a, Transpose::No, b, Transpose::Yes, 0, product);
  EXPECT_EQ(log.take(), (Counts{{of_gemm, 2}}));
  syrk(1, a, Transpose::No, square);
  EXPECT_EQ(log.take(), (Counts{{{Transpose::No, Transpose::Yes, 4, 4, 5}, 0.5}}));
  symmetric_product(1, a, Transpose::No, a, Transpose::Yes, 0, square);
  EXPECT_EQ(log.take(), (Counts{{{Transpose::No, Transpose::Yes, 4, 4, 5}, 0.5}}));
  Tensor other(4, 6);
  symm(1, square, product, 0, other);
  EXPECT_EQ(log.take(), (Counts{{{Transpose::No, Transpose::No, 4, 6, 4}, 1}}));
  const ProductShape of_square{Transpose::No, Transpose::No, 4, 4, 4};
  potrf(factor);
  EXPECT_EQ(log.take(), (Counts{{of_square, 1.0 / 6}}));
  potrs(Side::Left, factor, product);
  EXPECT_EQ(log.take(), (Counts{{{Transpose::No, Transpose::No, 4, 6, 4}, 1}}));
  potri(factor);
  EXPECT_EQ(log.take(), (Counts{{of_square, 1.0 / 3}}));
  syevd(factor, values, workspace);
  EXPECT_EQ(log.take(), (Counts{{of_square, 7.0 / 3}}));
}

TEST(ProductLog, LeavesOutProductsWithVectors) {
  const Tensor a(4, 5);
  const Tensor x(5, 1);
  Tensor y(4, 1);
  ProductLog log;
  gemv(1, a, Transpose::No, x, 0, y);
  gemm(1, a, Transpose::No, x, Transpose::No, 0, y);
  EXPECT_THAT(log.take(), IsEmpty());
}

TEST(ProductLog, IsThatOfItsThreadWhileItLives) {
  const Tensor a(2, 2);
  Tensor c(2, 2);
  const auto multiply = [&] { gemm(1, a, Transpose::No, a, Transpose::No, 0, c); };
  multiply();  // nobody counts
  ProductLog outer;
  {
    ProductLog inner;
    multiply();
    EXPECT_EQ(inner.take().size(), 1U);
  }
  EXPECT_THAT(outer.take(), IsEmpty());
  multiply();
  EXPECT_EQ(outer.take().size(), 1U);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
