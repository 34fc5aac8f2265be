#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tools/hessian/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A table for people, with a legend and the curvatures that were left out.
std::string format_table(const Report& report, std::span<const LeftOut> left_out);

/// CSV for programs: one row per layer and curvature, then one row of totals per curvature. Numbers read back as the
/// same doubles. A column that does not apply is empty.
constexpr std::string_view kCsvHeader =
    "layer,units,curvature,error,smallest_eigenvalue,largest_eigenvalue,input_mean_share";
std::string format_csv(const Report& report);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
