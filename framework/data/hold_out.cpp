#include "framework/data/hold_out.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Moves the rows (`width` values each) of held-out samples from `all` to the result, and closes the gaps.
template <class T>
std::vector<T> take_rows(std::vector<T>& all, std::size_t width, const std::vector<bool>& held_out) {
  std::vector<T> out;
  if (all.empty()) return out;
  auto to = all.begin();
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(i * width);
    if (held_out[i]) {
      out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(width));
    } else {
      to = std::copy_n(from, width, to);
    }
  }
  all.erase(to, all.end());
  all.shrink_to_fit();
  return out;
}

/// Marks the first `count` samples as held out.
void mark(std::span<const int> samples, double count, std::vector<bool>& held_out) {
  for (const int sample : samples.first(static_cast<std::size_t>(count))) {
    held_out[to_index(sample)] = true;
  }
}

std::vector<bool> choose(const Dataset& data, double share, std::uint64_t seed) {
  std::vector<int> order(to_index(data.size()));
  std::iota(order.begin(), order.end(), 0);
  Random(seed, Random::Stream::Validation).shuffle(order);
  std::vector<bool> held_out(order.size());
  if (data.task != Task::Classification) {
    mark(order, std::round(share * data.size()), held_out);
    return held_out;
  }
  std::vector<std::vector<int>> by_class(to_index(data.classes));
  for (const int sample : order) by_class[data.labels[to_index(sample)]].push_back(sample);
  // The rounding error of one class goes to the next, so that small classes together give their share.
  double wanted = 0;
  double taken = 0;
  for (const std::vector<int>& of_class : by_class) {
    if (of_class.empty()) continue;
    const auto all = static_cast<double>(of_class.size());
    wanted += share * all;
    const double count = std::clamp(std::round(wanted) - taken, 0.0, all - 1);
    taken += count;
    mark(of_class, count, held_out);
  }
  return held_out;
}

}  // namespace

HeldOut hold_out(Dataset data, double share, std::uint64_t seed) {
  const std::vector<bool> held_out = choose(data, share, seed);
  const auto count = std::ranges::count(held_out, true);
  if (count == 0 || count == data.size()) {
    throw UsageError(fmt::format("{}: a share of {} of its {} samples held out leaves {} of {}, expected some of both",
                                 data.name, share, data.size(), count, data.size() - count));
  }
  Dataset out{.name = data.name + ", held out",
              .features = data.features,
              .channels = data.channels,
              .classes = data.classes,
              .task = data.task,
              .target_columns = data.target_columns,
              .output_names = data.output_names};
  const auto features = to_index(data.features);
  out.values = take_rows(data.values, features, held_out);
  out.numbers = take_rows(data.numbers, features, held_out);
  out.labels = take_rows(data.labels, 1, held_out);
  out.targets = take_rows(data.targets, to_index(data.target_columns), held_out);
  return {.rest = std::move(data), .held_out = std::move(out)};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
