#include "framework/check/kinks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "framework/check/op_rules.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// The third difference g(x + 2d) - 3 g(x + d) + 3 g(x) - g(x - d) of the gradient g, with d = 1e-4. Where g is smooth,
// it is d³ g''' = 1e-12 g'''. Where g, g' or g'' jumps by 1, it is of the order of 1, d or d² = 1e-8. The nodes are not
// symmetric around x, so that a jump at x itself does not cancel.
constexpr std::array kOffsets{-1, 0, 1, 2};
constexpr std::array kFactors{-1, 3, -3, 1};
constexpr double kSmooth = 0.2;  // threshold in units of d²

}  // namespace

std::vector<int> samples_near_kinks(const Op& op, const OpPoint& point, double distance) {
  OpRules rules(op, point);
  fill(rules.point().dy, 1);
  const int batch = point.dy.shape().cols;
  std::vector<bool> near(to_index(batch));
  const std::size_t inputs = op.kind == Op::Kind::Criterion ? 1 : point.x.size();  // targets are constants
  for (std::size_t k = 0; k < inputs; ++k) {
    Tensor& x = rules.point().x[k];
    const HostMatrix origin(x);
    for (int row = 0; row < origin.rows(); ++row) {
      HostMatrix third(origin.shape());
      double scale = 1;
      for (std::size_t node = 0; node < kOffsets.size(); ++node) {
        HostMatrix moved = origin;
        for (int sample = 0; sample < batch; ++sample) moved(row, sample) += kOffsets[node] * distance;
        moved.copy_to(x);
        rules.backward();
        const HostMatrix gradient = rules.dx(k);
        scale = std::max(scale, largest(gradient));
        for (std::size_t i = 0; i < third.values().size(); ++i) {
          third.values()[i] += kFactors[node] * gradient.values()[i];
        }
      }
      for (int sample = 0; sample < batch; ++sample) {
        for (int i = 0; i < third.rows(); ++i) {
          if (std::abs(third(i, sample)) > kSmooth * distance * distance * scale) {
            near[to_index(sample)] = true;
          }
        }
      }
    }
    origin.copy_to(x);
  }
  std::vector<int> samples;
  for (int sample = 0; sample < batch; ++sample) {
    if (near[to_index(sample)]) samples.push_back(sample);
  }
  return samples;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
