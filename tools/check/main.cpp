#include <vector>

#include <fmt/core.h>

#include "framework/device.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "models/model_check.h"
#include "ops/registry.h"
#include "tools/check/op_summary.h"
#include "tools/check/options.h"
#include "tools/check/random_model.h"
#include "tools/check/report.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/status_line.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

int check_ops(std::uint64_t seed) {
  std::vector<OpSummary> summaries;
  for (const Op* op : all_ops()) {
    for (const Targets targets : targets_of(*op)) summaries.push_back(summarize(*op, targets, seed));
  }
  return report(summaries);
}

int check_network(const CheckedModel& checked, std::uint64_t seed) {
  Model model = mlp(checked.layers, *checked.activation, *checked.criterion);
  Plan plan(*model.graph, model.loss, checked.batch_size, Plan::Buffers::ValuesAndGradients);
  randomize(model, plan, seed);
  fmt::print("network {}, {}, {}; batch size {}, seed {}\n", format_layers(checked.layers), checked.activation->name,
             checked.criterion->name, checked.batch_size, seed);
  StatusLine line;
  const auto show = [&line](const CheckProgress& progress) {
    if (!line.due()) return;
    line.draw(fmt::format("{}  {}", progress_bar(progress.done, progress.all), progress.what));
  };
  const std::vector<CheckResult> results = check_model(plan, {.on_progress = show});
  line.clear();
  return report(results);
}

}  // namespace

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION

int main(int argc, char** argv) {
  return curvegraph::run_tool("check", [&] {
    const auto options = curvegraph::parse_check_options(argc, argv);
    if (!options) return 0;
    // Matrices this small run faster on one thread, and results then do not depend on the machine's number of threads.
    curvegraph::set_threads(1);
    curvegraph::require_device();
    return options->model ? curvegraph::check_network(*options->model, options->seed)
                          : curvegraph::check_ops(options->seed);
  });
}
