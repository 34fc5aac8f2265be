#pragma once

#include <optional>
#include <string_view>

#include "framework/real.h"

/// What the text of a cell means, without blanks around it.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The number that the whole cell is, with a decimal point; infinite if double cannot hold it. Nothing for other text.
std::optional<double> number_in(std::string_view cell);

/// Whether the cell is an integer in digits, without a point or an exponent.
bool is_integer_cell(std::string_view cell);

/// Whether the cell is a number if a comma stands for the decimal point, as in 3,14 and 1.000,5.
bool has_decimal_comma(std::string_view cell);

/// Whether the cell stands for a missing value: it is empty, or NA, N/A, NaN, null or ?, in upper or lower case.
bool is_missing_cell(std::string_view cell);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
