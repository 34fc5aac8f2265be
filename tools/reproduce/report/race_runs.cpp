#include "tools/reproduce/report/race_runs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "tools/reproduce/files.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr std::array<std::string_view, 2> kMeasures{"accuracy", "rmse"};
constexpr std::array<std::string_view, 4> kRaceOutcomes{"unfinished", "finished", "out-of-time", "failed"};

std::string header(std::string_view measure) {
  return fmt::format("epoch,step,seconds,train_loss,train_{0},test_loss,test_{0}", measure);
}

}  // namespace

RaceMetrics read_race_metrics(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  const std::string found = text.substr(0, text.find('\n'));
  const auto* const measure =
      std::ranges::find_if(kMeasures, [&](std::string_view each) { return found == header(each); });
  if (measure == kMeasures.end()) {
    throw Error(fmt::format("{}: found '{}', expected '{}' or the same with {}", path.string(), found,
                            header(kMeasures[0]), kMeasures[1]));
  }
  RaceMetrics metrics{.measure = std::string(*measure)};
  for (const CsvRow& row : read_csv(path, found)) {
    metrics.epochs.push_back({.epoch = row.count(0),
                              .step = row.count(1),
                              .seconds = row.number(2),
                              .train_loss = row.number(3),
                              .test_loss = row.number(5),
                              .test_measure = row.number(6)});
  }
  return metrics;
}

RaceResult read_race_result(const std::filesystem::path& folder, int seed) {
  RaceResult result{.seed = seed};
  const std::filesystem::path record = folder / "run.json";
  if (!std::filesystem::exists(record)) return result;
  read_json(record, [&](const nlohmann::json& file) {
    file.at("outcome").get_to(result.outcome);
    result.message = file.value("message", "");
    result.command = file.value("command", "");
    result.settings = file.value("settings", result.settings);
    return 0;
  });
  if (std::ranges::find(kRaceOutcomes, result.outcome) == kRaceOutcomes.end()) {
    throw Error(fmt::format("{}: outcome: found '{}', expected finished, out-of-time, unfinished or failed",
                            record.string(), result.outcome));
  }
  const std::filesystem::path metrics = folder / "metrics.csv";
  if (std::filesystem::exists(metrics)) result.metrics = read_race_metrics(metrics);
  return result;
}

std::optional<RaceEpoch> first_at(std::span<const RaceEpoch> epochs, double target, double limit) {
  const auto found = std::ranges::find_if(epochs, [&](const RaceEpoch& each) { return each.train_loss <= target; });
  if (found == epochs.end() || found->seconds > limit) return std::nullopt;
  return *found;
}

double loss_at(std::span<const RaceEpoch> epochs, double start, double seconds) {
  if (epochs.empty()) return kNever;
  RaceEpoch before{.train_loss = start};
  for (const RaceEpoch& after : epochs) {
    if (after.seconds >= seconds) {
      const double share = (seconds - before.seconds) / (after.seconds - before.seconds);
      return before.train_loss + share * (after.train_loss - before.train_loss);
    }
    before = after;
  }
  return before.train_loss;
}

std::optional<double> finite_median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const std::size_t middle = numbers.size() / 2;
  const double median = numbers.size() % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
  return std::isfinite(median) ? std::optional(median) : std::nullopt;
}

ToTarget to_target(std::span<const RaceResult> runs, double target, double limit) {
  ToTarget all{.runs = static_cast<int>(runs.size())};
  std::vector<double> seconds;
  std::vector<double> epochs;
  for (const RaceResult& run : runs) {
    const std::optional<RaceEpoch> at = first_at(run.metrics.epochs, target, limit);
    seconds.push_back(at ? at->seconds : kNever);
    epochs.push_back(at ? at->epoch : kNever);
    if (at) ++all.reached;
  }
  if (all.reached == 0) return all;
  all.seconds = finite_median(seconds);
  all.epochs = finite_median(epochs);
  all.fastest = std::ranges::min(seconds);
  if (all.reached == all.runs) all.slowest = std::ranges::max(seconds);
  return all;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
