#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tools/hessian/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// For people: lined up, with a legend and what was left out.
std::string format_table(const Report& report, std::span<const LeftOut> left_out);

/// For programs: a row a layer and curvature, then a row of totals a curvature; numbers that read back as the same
/// doubles, and nothing where a column does not apply.
constexpr std::string_view kCsvHeader =
    "layer,units,curvature,error,smallest_eigenvalue,largest_eigenvalue,input_mean_share";
std::string format_csv(const Report& report);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
