#include <optional>

#include "tools/command_line/arguments.h"
#include "tools/train/options.h"
#include "tools/train/train.h"

// This file parses the options in float. A run in double is the same source compiled for the other precision. It parses
// the options again, because they refer to ops and tables of its precision.
namespace curvegraph::f64 {
int train(int argc, const char* const* argv);
}  // namespace curvegraph::f64

int main(int argc, char** argv) {
  std::optional<curvegraph::TrainOptions> options;
  const int status = curvegraph::run_tool("train", [&] {
    options = curvegraph::parse_train_options(argc, argv);
    return 0;
  });
  if (status != 0 || !options) return status;
  return options->in_double ? curvegraph::f64::train(argc, argv) : curvegraph::f32::train(argc, argv);
}
