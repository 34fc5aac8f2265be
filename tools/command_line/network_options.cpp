#include "tools/command_line/network_options.h"

#include <fmt/core.h>

#include "models/mlp.h"
#include "ops/registry.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void add_network_options(OptionGroup& group, const NetworkDefaults& defaults) {
  group.add("layers", "SIZES", defaults.layers, listed(defaults.layers_text, paper_networks(), [](const auto& known) {
              return fmt::format("{}: {}", known.name, known.layers);
            }));
  group.add("activation", "NAME", "sigmoid", fmt::format("activation of the hidden layers: {}", names(activations())));
  group.add("criterion", "NAME", defaults.criterion,
            fmt::format("loss function: {}; bounded is equation 14 of the paper{}", names(criteria()),
                        defaults.criterion_text));
}

const Op& activation_option(const ArgumentValues& values) {
  return *values.named("activation", [](const auto& name) { return &activation(name); });
}

const Op& criterion_option(const ArgumentValues& values) {
  return *values.named("criterion", [](const auto& name) { return &criterion(name); });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
