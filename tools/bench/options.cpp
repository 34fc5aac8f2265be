#include "tools/bench/options.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "framework/error.h"
#include "models/mlp.h"
#include "second_order/options.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/network_options.h"
#include "tools/command_line/presets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kSynopsis =
    "bench [option ...]\n"
    "\n"
    "Times the training steps of a fully connected network on generated data, phase by phase, and compares them with\n"
    "the rate at which the linear algebra library multiplies plain matrices of the same shapes. Steps and plain\n"
    "products take turns, so that other programs on the machine slow both. The products' share of a step's time\n"
    "shows how much of it goes to everything else.\n"
    "Exit status: 0 measured, 1 failed, 2 wrong usage.\n";

boost::program_options::options_description described_options() {
  OptionGroup network("Network");
  add_network_options(
      network, {.layers = "cifar-10",
                .layers_text =
                    "layer sizes from inputs to outputs, such as 784-512-10, or the name of a network of the paper:"});

  OptionGroup optimizer("Optimizer");
  OptionGroup second_order("Second-order optimizer");
  add_optimizer_options(optimizer, second_order);
  optimizer.add("compare", "NAMES", kNoDefault,
                "also measure these optimizers, in turns, and print the ratios of the step times: sgd (momentum 0.9), "
                "adam or CURVATURE+SOLVER, separated by commas; the other options stay the same");

  OptionGroup run("Run");
  run.add("batch-size", "N", kNoDefault, with_presets("batch-size", "samples in a batch (N >= 1)"));
  run.add("steps", "N", "30",
          "steps to measure (N >= 1); if steps differ, as with --curvature-every M, groups of M steps");
  run.add("warm-up", "N", "5", "steps (or groups) to run before measuring (N >= 1)");
  run.add("seed", "N", "1", "seed of the initial weights and the data (N >= 0)");
  run.add("threads", "N", kNoDefault, "processor threads (N >= 1); by default all");
  run.add("json", "FILE", kNoDefault,
          "write settings, machine and all measurements to FILE; replaces an earlier file of this program");
  return option_table({&network, &optimizer, &second_order, &run});
}

/// "sgd", "adam" or "CURVATURE+SOLVER", with the other options of `measured`.
OptimizerOptions compared_optimizer(std::string_view name, const OptimizerOptions& measured, const Op& criterion) {
  OptimizerOptions compared = measured;
  const auto is_this = [&](const OptimizerKind& kind) { return !kind.second_order && kind.name == name; };
  if (const auto found = std::ranges::find_if(optimizer_kinds(), is_this); found != optimizer_kinds().end()) {
    compared.kind = &*found;
    return compared;
  }
  compared.kind = &optimizer_kind("second-order");
  const std::size_t plus = name.find('+');
  if (plus == std::string_view::npos) {
    throw UsageError(fmt::format("--compare: found '{}', expected sgd, adam or CURVATURE+SOLVER", name));
  }
  try {
    compared.curvature = &curvature(name.substr(0, plus));
    compared.solver = &weight_solver(name.substr(plus + 1));
    require_fitting(*compared.curvature, criterion);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--compare: {}", error.what()));
  }
  return compared;
}

void add_compared(const ArgumentValues& values, const Op& criterion, std::vector<OptimizerOptions>& optimizers) {
  const std::string compare = values.text("compare");
  std::string_view names = compare;
  while (true) {
    const std::size_t comma = names.find(',');
    OptimizerOptions& compared =
        optimizers.emplace_back(compared_optimizer(names.substr(0, comma), optimizers.front(), criterion));
    read_rates(values, compared);
    if (comma == std::string_view::npos) return;
    names.remove_prefix(comma + 1);
  }
}

/// Replaces automatic values by those for the network, so that products can be counted.
void set_for_network(std::span<const int> layers, OptimizerOptions& optimizer) {
  const bool narrow = std::ranges::max(layers.first(layers.size() - 1)) <= optimizer.average_inputs;
  optimizer.curvature_every = curvature_every_in(narrow, optimizer.curvature_every);
  optimizer.averaging = averaging_in(narrow, optimizer.averaging);
}

}  // namespace

std::optional<BenchOptions> parse_bench_options(int argc, const char* const* argv) {
  const auto described = described_options();
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, kSynopsis, described)) return std::nullopt;
  const ArgumentValues values(map);
  BenchOptions options;
  options.layers = values.named("layers", parse_layers);
  options.activation = &activation_option(values);
  options.criterion = &criterion_option(values);
  read_optimizer_options(values, *options.criterion, options.optimizers.emplace_back());
  if (values.given("compare")) add_compared(values, *options.criterion, options.optimizers);
  for (OptimizerOptions& optimizer : options.optimizers) set_for_network(options.layers, optimizer);
  options.batch_size = values.count("batch-size");
  options.steps = values.count("steps");
  options.warm_up = values.count("warm-up");
  options.seed = values.seed();
  options.threads = values.threads();
  if (values.given("json")) options.json = values.text("json");
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
