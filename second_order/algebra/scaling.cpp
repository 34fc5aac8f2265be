#include "second_order/algebra/scaling.h"

#include <algorithm>
#include <cstddef>

#include "framework/device.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Of `count` numbers that lie `step` apart. In lanes, for none has to wait for the one before.
CURVEGRAPH_DEVICE real largest_of(const real* x, std::size_t count, std::size_t step) {
  constexpr std::size_t kLanes = 8;
  real lanes[kLanes] = {};  // NOLINT(modernize-avoid-c-arrays): for kernels too
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const real value = std::abs(x[(i + lane) * step]);
      lanes[lane] = lanes[lane] < value ? value : lanes[lane];
    }
  }
  real largest = 0;
  for (; i < count; ++i) {
    const real value = std::abs(x[i * step]);
    largest = largest < value ? value : largest;
  }
  for (const real value : lanes) largest = largest < value ? value : largest;
  return largest;
}

/// Each thread takes a part. On the host that is a range; on a GPU, whose threads read memory together, every
/// `parts`-th number.
void largest_of_every(const real* x, std::size_t count, std::size_t step, MatrixView result, Workspace& workspace) {
  const bool ranges = device_is_host();
  const std::size_t parts = std::clamp(count, std::size_t{1}, ranges ? std::size_t{64} : std::size_t{2048});
  const std::size_t length = (count + parts - 1) / parts;
  real* partial = workspace.take(static_cast<int>(parts), 1).data;
  real* out = result.data;
  for_each_column({static_cast<int>(length), static_cast<int>(parts)}, [=] CURVEGRAPH_DEVICE(std::size_t part) {
    const std::size_t first = ranges ? part * length : part;
    const std::size_t left = first < count ? count - first : 0;
    const std::size_t of_part = ranges ? (left < length ? left : length) : (left + parts - 1) / parts;
    partial[part] = of_part > 0 ? largest_of(x + first * step, of_part, ranges ? step : step * parts) : real{0};
  });
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) { *out = largest_of(partial, parts, 1); });
}

}  // namespace

void largest_magnitude(ConstMatrixView x, MatrixView result, Workspace& workspace) {
  largest_of_every(x.data, x.size(), 1, result, workspace);
}

void largest_on_diagonal(ConstMatrixView a, MatrixView result, Workspace& workspace) {
  const std::size_t n = to_index(a.rows);
  largest_of_every(a.data, n, n + 1, result, workspace);
}

void scale_by_power(int exponent, ConstMatrixView from, MatrixView to) {
  // By halves: the whole may be too much for a double.
  const double half = std::ldexp(1.0, exponent / 2);
  const double rest = std::ldexp(1.0, exponent - exponent / 2);
  const real* x = from.data;
  real* out = to.data;
  for_each_index(to.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    out[i] = static_cast<real>(static_cast<double>(x[i]) * half * rest);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
