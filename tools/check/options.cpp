#include "tools/check/options.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "framework/error.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "tools/command_line/arguments.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// The time grows with parameters² × samples, because each parameter is changed four times, and with units³.
constexpr std::int64_t kMostParameters = 20'000;
constexpr int kMostUnits = 256;
constexpr int kMostSamples = 100;

constexpr std::string_view kSynopsis =
    "check                              checks every registered op by itself\n"
    "check --layers SIZES [option ...]  checks a whole network\n"
    "\n"
    "Verifies derivatives in double precision against central differences.\n"
    "For an op: gradient, parameter gradient, curvature (E[J'HJ], or a criterion's block) and residual (the second\n"
    "derivative), each against differences of the rule of the next lower order, at random points of random shapes.\n"
    "For a network, layer by layer: every entry of the gradients against differences of the mean loss, exact blocks\n"
    "against differences of the gradients, the recursions of gauss-newton, pch-1 and pch-2 against plain loops, and\n"
    "that blocks which must be positive semi-definite have no negative eigenvalue.\n"
    "Prints a table with the largest relative error and tolerance of each check, then a line for each failed check.\n"
    "Exit status: 0 all passed, 1 a check failed, 2 wrong usage.\n";

boost::program_options::options_description option_table() {
  OptionGroup network("Network");
  network.add("layers", "SIZES", kNoDefault,
              fmt::format("layer sizes from inputs to outputs, such as 12-9-7-3; at most {} parameters, and at most {} "
                          "units in each layer after the inputs",
                          kMostParameters, kMostUnits));
  network.add("activation", "NAME", "sigmoid",
              fmt::format("activation of the hidden layers: {}", names(activations())));
  network.add("criterion", "NAME", "cross-entropy", fmt::format("loss function: {}", names(criteria())));
  network.add("batch-size", "N", "8", fmt::format("samples in the batch (1 <= N <= {})", kMostSamples));
  OptionGroup run("Run");
  run.add("seed", "N", "1", "seed of the random points, parameters and samples (N >= 0)");
  return curvegraph::option_table({&network, &run});
}

std::int64_t count_parameters(const std::vector<int>& layers) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < layers.size(); ++i) {
    count += std::int64_t{layers[i]} * (std::int64_t{layers[i - 1]} + 1);
    if (count > kMostParameters) break;  // before it overflows
  }
  return count;
}

void require_small(const std::vector<int>& sizes) {
  const std::string layers = format_layers(sizes);
  if (count_parameters(sizes) > kMostParameters) {
    throw UsageError(
        fmt::format("--layers: found '{}', expected at most {} parameters, because each is changed in turn", layers,
                    kMostParameters));
  }
  if (std::ranges::any_of(sizes.begin() + 1, sizes.end(), [](int units) { return units > kMostUnits; })) {
    throw UsageError(fmt::format("--layers: found '{}', expected at most {} units in each layer after the inputs",
                                 layers, kMostUnits));
  }
}

}  // namespace

std::optional<CheckOptions> parse_check_options(int argc, const char* const* argv) {
  const auto table = option_table();
  const auto map = read_arguments(argc, argv, table);
  if (prints_only(map, kSynopsis, table)) return std::nullopt;
  const ArgumentValues values(map);
  CheckOptions options;
  options.seed = values.seed();
  if (!values.given("layers")) {
    for (const char* option : {"activation", "criterion", "batch-size"}) {
      if (!values.given(option)) continue;
      throw UsageError(fmt::format("--{}: has no effect without --layers, expected to be left out", option));
    }
    return options;
  }
  CheckedModel model;
  model.layers = values.named("layers", parse_layers);
  require_small(model.layers);
  model.activation = values.named("activation", [](const auto& name) { return &activation(name); });
  model.criterion = values.named("criterion", [](const auto& name) { return &criterion(name); });
  model.batch_size = values.number<int>("batch-size", fmt::format("a whole number from 1 to {}", kMostSamples).c_str(),
                                        [](int n) { return n >= 1 && n <= kMostSamples; });
  options.model = std::move(model);
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
