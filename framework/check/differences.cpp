#include "framework/check/differences.h"

#include <limits>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void Deviation::include(std::string_view what, const HostMatrix& found, const HostMatrix& expected, double scale) {
  for (int col = 0; col < expected.cols(); ++col) {
    for (int row = 0; row < expected.rows(); ++row) {
      const double distance = std::abs(found(row, col) - expected(row, col));
      if (distance == 0) continue;  // also where the scale is zero
      const double share = distance / scale;
      const double finite = std::isnan(share) ? std::numeric_limits<double>::infinity() : share;
      if (finite <= relative) continue;
      relative = finite;
      worst = fmt::format("{}({}, {}): found {:.10g}, expected {:.10g}", what, row, col, found(row, col),
                          expected(row, col));
    }
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
