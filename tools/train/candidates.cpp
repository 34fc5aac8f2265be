#include "tools/train/candidates.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/random.h"
#include "tools/command_line/arguments.h"
#include "tools/train/session.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kTenfold{0.1, 0.3, 1.0, 3.0, 10.0};
constexpr std::array kFourfold{0.25, 0.5, 1.0, 2.0, 4.0};

constexpr std::array kAxes{
    SearchAxis{"learning-rate", kTenfold}, SearchAxis{"alpha", kTenfold},       SearchAxis{"rho", kTenfold},
    SearchAxis{"trust-region", kTenfold},  SearchAxis{"batch-size", kFourfold},
};

/// The product, rounded to three digits: 0.3 x 0.1 is 0.03.
std::string scaled(const std::string& initial, double factor) {
  if (factor == 1) return initial;
  const std::string rounded = fmt::format("{:.3g}", factor * std::strtod(initial.c_str(), nullptr));
  return fmt::format("{}", std::strtod(rounded.c_str(), nullptr));
}

/// Whether these settings are in range and fit the training set.
bool allowed(const TrainOptions& options, const Settings& candidate, const Dataset& train) {
  try {
    require_fitting_run(with_settings(options, candidate), train);
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

std::span<const SearchAxis> search_axes() { return kAxes; }

std::vector<SearchedOption> searched_options(const TrainOptions& options) {
  const Settings settings = options.settings();
  const ArgumentValues given(options.arguments);
  std::vector<SearchedOption> searched;
  std::string all;
  for (const auto& [option, factors] : search_axes()) {
    const auto found = settings.find(option);
    if (found == settings.end() || found->second == "0") continue;  // has no effect
    all += fmt::format("{}--{}", all.empty() ? "" : ", ", option);
    if (given.given(option)) continue;
    SearchedOption& one = searched.emplace_back(SearchedOption{.name = option, .initial = found->second, .values = {}});
    for (const double factor : factors) one.values.push_back(scaled(one.initial, factor));
  }
  if (searched.empty()) {
    throw UsageError(fmt::format("--find-settings: {} are given, expected at least one of them to be left out", all));
  }
  return searched;
}

std::vector<Settings> draw_candidates(const TrainOptions& options, std::span<const SearchedOption> searched,
                                      const Dataset& train, int count) {
  Settings initial;
  int points = 1;
  for (const SearchedOption& option : searched) {
    initial[option.name] = option.initial;
    points *= static_cast<int>(option.values.size());
  }
  std::vector<Settings> candidates{initial};
  std::vector<int> order(to_index(points));
  std::iota(order.begin(), order.end(), 0);
  Random(options.seed, Random::Stream::Search).shuffle(order);
  for (int point : order) {
    if (candidates.size() == to_index(count)) break;
    Settings candidate;
    for (const SearchedOption& option : searched) {
      const int values = static_cast<int>(option.values.size());
      candidate[option.name] = option.values[to_index(point % values)];
      point /= values;
    }
    if (candidate != initial && allowed(options, candidate, train)) candidates.push_back(candidate);
  }
  return candidates;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
