#include "ops/registry.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/error.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kActivations{&identity, &sigmoid, &hyperbolic_tangent, &softplus, &silu,
                                  &gelu,     &relu,    &leaky_relu};
constexpr std::array kCriteria{&softmax_cross_entropy, &bounded, &squared_error, &tukey_biweight,
                               &sigmoid_cross_entropy};

constexpr auto kAllOps = [] {
  std::array<const Op*, 1 + kActivations.size() + kCriteria.size()> all{&affine};
  std::ranges::copy(kCriteria, std::ranges::copy(kActivations, all.begin() + 1).out);
  return all;
}();

const Op& find(std::span<const Op* const> ops, std::string_view what, std::string_view name) {
  const auto found = std::ranges::find(ops, name, &Op::name);
  if (found == ops.end()) throw UsageError(fmt::format("unknown {} '{}', expected one of {}", what, name, names(ops)));
  return **found;
}

}  // namespace

std::span<const Op* const> activations() { return kActivations; }
std::span<const Op* const> criteria() { return kCriteria; }
std::span<const Op* const> all_ops() { return kAllOps; }

const Op& activation(std::string_view name) { return find(activations(), "activation", name); }
const Op& criterion(std::string_view name) { return find(criteria(), "criterion", name); }

std::string names(std::span<const Op* const> ops) {
  std::string list;
  for (const Op* op : ops) list += fmt::format("{}{}", list.empty() ? "" : ", ", op->name);
  return list;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
