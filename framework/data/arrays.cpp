#include "framework/data/arrays.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The number of rows of a table with that many columns.
std::size_t rows_of(std::string_view what, std::span<const real> values, int columns) {
  if (columns < 1) throw UsageError(fmt::format("{}: {} columns, expected at least 1", what, columns));
  const auto width = to_index(columns);
  if (values.empty() || values.size() % width != 0 || values.size() / width > std::numeric_limits<int>::max()) {
    throw UsageError(
        fmt::format("{}: {} numbers, expected a multiple of {}, at least one sample", what, values.size(), columns));
  }
  const auto wrong = std::ranges::find_if(values, [](real value) { return !std::isfinite(value); });
  if (wrong == values.end()) return values.size() / width;
  const auto at = to_index(wrong - values.begin());
  throw UsageError(fmt::format("{}: sample {}, column {} (counted from 0) is {}, expected a finite number", what,
                               at / width, at % width, *wrong));
}

void require_equal(std::size_t inputs, std::size_t targets, std::string_view what) {
  if (inputs == targets) return;
  throw UsageError(fmt::format("{} samples of inputs and {} of {}, expected as many", inputs, targets, what));
}

}  // namespace

Dataset regression_data(std::vector<real> inputs, int features, std::vector<real> targets, int outputs) {
  const std::size_t samples = rows_of("inputs", inputs, features);
  require_equal(samples, rows_of("targets", targets, outputs), "targets");
  return {.name = "arrays",
          .features = features,
          .task = Task::Regression,
          .numbers = std::move(inputs),
          .target_columns = outputs,
          .targets = std::move(targets)};
}

Dataset classification_data(std::vector<real> inputs, int features, const std::vector<int>& labels, int classes) {
  require_equal(rows_of("inputs", inputs, features), labels.size(), "labels");
  constexpr int kMost = std::numeric_limits<std::uint8_t>::max();
  Dataset data{.name = "arrays", .features = features, .classes = classes, .numbers = std::move(inputs)};
  for (const int label : labels) {
    if (label < 0 || label > kMost) {
      throw UsageError(
          fmt::format("label {} of sample {} (counted from 0), expected 0 to {}", label, data.labels.size(), kMost));
    }
    data.labels.push_back(static_cast<std::uint8_t>(label));
    data.classes = std::max(data.classes, label + 1);
  }
  return data;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
