#include "tools/bench/product_times.h"

#include <algorithm>
#include <chrono>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The shape in memory of a matrix that the product uses as it is or transposed.
Shape stored(Transpose transpose, int rows, int cols) {
  return transpose == Transpose::No ? Shape{rows, cols} : Shape{cols, rows};
}

Shape shape_of_a(const ProductShape& shape) { return stored(shape.transpose_a, shape.rows, shape.inner); }
Shape shape_of_b(const ProductShape& shape) { return stored(shape.transpose_b, shape.inner, shape.cols); }

MatrixView part(Tensor& tensor, Shape shape) { return {tensor.view().data, shape.rows, shape.cols}; }

/// A filled tensor of at least so many elements.
Tensor column(std::size_t elements) {
  // Rows and columns, so that each number fits an int.
  constexpr std::size_t rows = 1 << 16;
  Tensor tensor(static_cast<int>(rows), static_cast<int>((elements + rows - 1) / rows));
  fill(tensor, 1);
  return tensor;
}

}  // namespace

ProductTimes::ProductTimes(std::span<const Product> products) {
  std::size_t a = 0;
  std::size_t b = 0;
  std::size_t c = 0;
  for (const Product& product : products) {
    const ProductShape& shape = product.shape;
    seconds_[shape];
    a = std::max(a, shape_of_a(shape).size());
    b = std::max(b, shape_of_b(shape).size());
    c = std::max(c, Shape{shape.rows, shape.cols}.size());
  }
  a_ = column(a);
  b_ = column(b);
  c_ = column(c);
}

void ProductTimes::measure() {
  // Small products run several times in a row, because the clock is coarse, and once before as a warm-up where that
  // makes a difference.
  constexpr double kLeast = 1e7;
  constexpr double kLarge = 1e10;
  for (auto& [shape, seconds] : seconds_) {
    const MatrixView a = part(a_, shape_of_a(shape));
    const MatrixView b = part(b_, shape_of_b(shape));
    const MatrixView c = part(c_, {shape.rows, shape.cols});
    const auto multiply = [&, &shape = shape] { gemm(1, a, shape.transpose_a, b, shape.transpose_b, 0, c); };
    if (shape.flops() < kLarge) multiply();
    const int times = static_cast<int>(std::clamp(kLeast / shape.flops(), 1.0, 1000.0));
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) multiply();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
