#include <fmt/core.h>

#include "framework/device.h"
#include "framework/io/atomic_file.h"
#include "framework/linalg.h"
#include "framework/threads.h"
#include "tools/bench/json.h"
#include "tools/bench/options.h"
#include "tools/bench/table.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/output_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

int bench(const BenchOptions& options) {
  set_threads(options.threads);
  require_device();
  if (options.optimizers.front().tf32) use_tf32();
  if (options.json) require_replaceable("json", *options.json, is_bench_json);
  const Measurements measured = measure(options);
  const BenchReport report = make_report(options, measured);
  if (options.json) replace_file(*options.json, format_json(options, report, measured));
  fmt::print("{}", format_table(options, report));
  return 0;
}

}  // namespace

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION

int main(int argc, char** argv) {
  return curvegraph::run_tool("bench", [&] {
    const auto options = curvegraph::parse_bench_options(argc, argv);
    return options ? curvegraph::bench(*options) : 0;
  });
}
