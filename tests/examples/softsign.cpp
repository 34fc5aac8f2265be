#include <cmath>
#include <cstdio>

#include <curvegraph/framework/check/op_check.h>
#include <curvegraph/ops/elementwise.h>

namespace cg = curvegraph;

// f = x / (1 + |x|)
struct Softsign {
  static CURVEGRAPH_DEVICE cg::real f(cg::real x) { return x / (1 + std::abs(x)); }
  static CURVEGRAPH_DEVICE cg::real df(cg::real x) { return 1 / ((1 + std::abs(x)) * (1 + std::abs(x))); }
  static CURVEGRAPH_DEVICE cg::real d2f(cg::real x) {
    return -2 * df(x) * std::copysign(cg::real{1}, x) / (1 + std::abs(x));
  }
};
constinit const cg::Op softsign = cg::elementwise<Softsign>("softsign");  // now h = softsign(z) works

int main() {
  // Are the derivatives right? Look at two samples of three features, in double.
  const cg::OpPoint point{.x = {cg::Tensor({3, 2}, std::vector<cg::real>{-2, 0.3, 1, 0.1, -0.7, 3})},
                          .parameters = {},
                          .dy = cg::Tensor({3, 2}, std::vector<cg::real>{1, -2, 0.5, -1, 2, 1}),
                          .H = cg::Tensor({3, 3}, std::vector<cg::real>{2, 1, 0, 1, 3, 1, 0, 1, 2})};
  bool right = true;
  for (const cg::RuleError& error : cg::check_op(softsign, point)) {
    const bool holds = error.relative < 1e-8;
    right = right && holds;
    std::printf("%-18s %8.1e  %s\n", std::string(error.rule).c_str(), error.relative, holds ? "" : error.worst.c_str());
  }
  return right ? 0 : 1;
}
