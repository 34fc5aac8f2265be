#include "framework/data/csv_means.h"

#include <cmath>
#include <cstddef>

#include <fmt/core.h>

#include "framework/data/printable.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::vector<real> means_of_present(const Table& train, std::span<const std::string> names) {
  const std::size_t columns = names.size();
  std::vector<std::size_t> counts(columns);
  for (std::size_t i = 0; i < train.numbers.size(); ++i) counts[i % columns] += std::isnan(train.numbers[i]) ? 0 : 1;
  std::vector<double> means(columns);
  for (std::size_t i = 0; i < train.numbers.size(); ++i) {
    // Divides first, because a sum of large numbers could overflow.
    if (!std::isnan(train.numbers[i]))
      means[i % columns] += train.numbers[i] / static_cast<double>(counts[i % columns]);
  }
  for (std::size_t column = 0; column < columns; ++column) {
    if (counts[column] > 0) continue;
    throw Error(fmt::format("{}: column {}: all values are missing, expected some; leave the column out of the files",
                            train.inputs_file, printable(names[column])));
  }
  std::vector<real> rounded;
  rounded.reserve(means.size());
  for (const double mean : means) rounded.push_back(static_cast<real>(mean));
  return rounded;
}

void fill_missing(Table& table, std::span<const real> means) {
  for (std::size_t i = 0; i < table.numbers.size(); ++i) {
    if (std::isnan(table.numbers[i])) table.numbers[i] = means[i % means.size()];
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
