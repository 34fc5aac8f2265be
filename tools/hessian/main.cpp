#include <optional>

#include "tools/command_line/arguments.h"
#include "tools/hessian/hessian.h"
#include "tools/hessian/options.h"

// This file only parses the options, in float. A run in double is the same source compiled for the other precision.
namespace curvegraph::f64 {
int hessian(const HessianOptions& options);
}  // namespace curvegraph::f64

int main(int argc, char** argv) {
  std::optional<curvegraph::HessianOptions> options;
  const int status = curvegraph::run_tool("hessian", [&] {
    options = curvegraph::parse_hessian_options(argc, argv);
    return 0;
  });
  if (status != 0 || !options) return status;
  return options->in_double ? curvegraph::f64::hessian(*options) : curvegraph::f32::hessian(*options);
}
