#pragma once

#include <span>
#include <string>
#include <string_view>

#include "framework/op.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Every op of the library. The check tool and the tests go through these tables, so an op is covered once it has a
/// line.
std::span<const Op* const> activations();
std::span<const Op* const> criteria();
std::span<const Op* const> all_ops();

/// By name; UsageError lists the known names.
const Op& activation(std::string_view name);
const Op& criterion(std::string_view name);

/// "sigmoid, tanh, ..."
std::string names(std::span<const Op* const> ops);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
