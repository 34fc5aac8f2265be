#pragma once

#include <span>
#include <string>
#include <string_view>

#include "framework/op.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Every op of the library. The check tool and the tests go through these tables, so they cover an op once it has a
/// line here.
std::span<const Op* const> activations();
std::span<const Op* const> criteria();
std::span<const Op* const> all_ops();

/// The op of that name. Throws UsageError listing the known names if there is none.
const Op& activation(std::string_view name);
const Op& criterion(std::string_view name);

/// "sigmoid, tanh, ..."
std::string names(std::span<const Op* const> ops);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
