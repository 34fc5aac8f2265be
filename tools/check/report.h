#pragma once

#include <span>

#include "models/model_check.h"
#include "tools/check/op_summary.h"

/// Prints results on standard output: a table, a line for each failed check, and the number of failures. Returns the
/// exit status.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

int report(std::span<const OpSummary> ops);
int report(std::span<const CheckResult> results);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
