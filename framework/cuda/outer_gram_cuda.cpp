#include <algorithm>

#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/linalg_shared.h"
#include "framework/outer_gram.h"
#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Rows and columns of a tile. Two products of it, and a kernel that joins them, fill a GPU.
constexpr int kTile = 2048;

ConstMatrixView part(ConstMatrixView a, int first, int count) {
  return {a.data + Shape{a.rows, first}.size(), a.rows, count};
}

}  // namespace

void outer_gram_lower(const OuterGram& gram, real beta, MatrixView c, Workspace& workspace) {
  check_outer_gram(gram, c);
  const int samples = gram.x.cols;
  if (samples == 0) return;
  const int m = c.rows / samples;
  const int side = std::max(1, kTile / m);
  for (int col = 0; col < samples; col += side) {
    for (int row = col; row < samples; row += side) {
      const int rows = std::min(side, samples - row);
      const int cols = std::min(side, samples - col);
      workspace.reset();
      const MatrixView d = workspace.take(rows * m, cols * m);
      const MatrixView x = workspace.take(rows, cols);
      gemm(1, part(gram.a, row * m, rows * m), Transpose::Yes, part(gram.b, col * m, cols * m), Transpose::No, 0, d);
      fill(x, 0);
      if (gram.weight != 0) {
        gemm(gram.weight, part(gram.x, row, rows), Transpose::Yes, part(gram.y, col, cols), Transpose::No, 0, x);
      }
      const real v = gram.bias;
      const real* of_d = d.data;
      const real* of_x = x.data;
      real* to = c.data + to_index(row * m) + Shape{c.rows, col * m}.size();
      const std::size_t stride = to_index(c.rows);
      const std::size_t outputs = to_index(m);
      const std::size_t height = to_index(rows);
      for_each_element(d.shape(), [=] CURVEGRAPH_DEVICE(std::size_t i, std::size_t j) {
        const std::size_t at = i + j * height * outputs;
        real& entry = to[i + j * stride];
        entry = of_d[at] * (of_x[i / outputs + j / outputs * height] + v) + (beta == 0 ? real{0} : beta * entry);
      });
    }
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
