#include <algorithm>

#include <cblas.h>

#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg_shared.h"
#include "framework/outer_gram.h"
#include "framework/threads.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Rows of a tile: operands and results stay in a core's cache.
constexpr int kHeight = 256;

/// C = (A's columns from `first_row` on)ᵀ (B's from `first_col` on), by this thread.
void multiply_columns(ConstMatrixView a, int first_row, ConstMatrixView b, int first_col, MatrixView c) {
  pick(cblas_sgemm, cblas_dgemm)(CblasColMajor, CblasTrans, CblasNoTrans, c.rows, c.cols, a.rows, real{1},
                                 a.data + Shape{a.rows, first_row}.size(), a.rows,
                                 b.data + Shape{b.rows, first_col}.size(), b.rows, real{0}, c.data, c.rows);
}

/// Of a tile, with D = AᵀB and X = xᵀy; C begins at its first entry.
struct Tile {
  ConstMatrixView d = {};
  ConstMatrixView x = {};
  real w = 1;
  real v = 1;
  std::size_t m = 1;
  real* c = nullptr;
  std::size_t stride = 0;
};

/// store(cᵢⱼ, gᵢⱼ) for the entries of G = D ∘ (w X + v), where an entry of X counts for m × m entries of D.
template <class Store>
void combine(const Tile& tile, Store store) {
  const std::size_t rows = to_index(tile.x.rows);
  const std::size_t m = tile.m;
  for (std::size_t col = 0; col < to_index(tile.d.cols); ++col) {
    const real* d = tile.d.data + col * rows * m;
    const real* x = tile.x.data + col / m * rows;
    real* c = tile.c + col * tile.stride;
    if (m == 1) {
      for (std::size_t i = 0; i < rows; ++i) store(c[i], d[i] * (tile.w * x[i] + tile.v));
      continue;
    }
    for (std::size_t i = 0; i < rows; ++i) {
      const real factor = tile.w * x[i] + tile.v;
      for (std::size_t k = 0; k < m; ++k) store(c[i * m + k], factor * d[i * m + k]);
    }
  }
}

}  // namespace

// A strip of columns, from its diagonal down, is made by one thread, tile after tile. Pairs the i-th strip with the
// i-th last: all pairs have the same number of entries.
void outer_gram_lower(const OuterGram& gram, real beta, MatrixView c, Workspace& workspace) {
  check_outer_gram(gram, c);
  const int samples = gram.x.cols;
  if (samples == 0) return;
  const int m = c.rows / samples;
  const int width = std::max(1, std::clamp((c.rows + 2 * threads() - 1) / (2 * threads()), 32, 128) / m);
  const int height = std::max(1, kHeight / m);
  const int strips = (samples + width - 1) / width;
  const int pairs = (strips + 1) / 2;
  workspace.reset();
  const MatrixView products = workspace.take(height * m, width * m * pairs);
  const MatrixView inner = workspace.take(height, width * pairs);
  for_each_column({width * c.rows, pairs}, [=](std::size_t pair) {
    const auto strip = [=](int number) {
      const int col = number * width;
      const int cols = std::min(width, samples - col);
      for (int row = col; row < samples; row += height) {
        const int rows = std::min(height, samples - row);
        const MatrixView d{products.data + pair * Shape{height * m, width * m}.size(), rows * m, cols * m};
        const MatrixView x{inner.data + pair * Shape{height, width}.size(), rows, cols};
        multiply_columns(gram.a, row * m, gram.b, col * m, d);
        if (gram.weight != 0) {
          multiply_columns(gram.x, row, gram.y, col, x);
        } else {
          std::fill_n(x.data, x.size(), real{0});
        }
        const Tile tile{.d = d,
                        .x = x,
                        .w = gram.weight,
                        .v = gram.bias,
                        .m = to_index(m),
                        .c = c.data + to_index(row * m) + Shape{c.rows, col * m}.size(),
                        .stride = to_index(c.rows)};
        if (beta == 0) {
          combine(tile, [](real& to, real value) { to = value; });
        } else {
          combine(tile, [beta](real& to, real value) { to = value + beta * to; });
        }
      }
    };
    const int first = static_cast<int>(pair);
    strip(first);
    if (strips - 1 - first != first) strip(strips - 1 - first);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
