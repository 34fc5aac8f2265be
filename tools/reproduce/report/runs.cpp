#include "tools/reproduce/report/runs.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include "tools/reproduce/files.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kOutcomes{"finished", "out-of-time", "unfinished", "failed", "missing"};
constexpr std::string_view kMetricsHeader = "epoch,step,seconds,train_loss,train_accuracy,test_loss,test_accuracy";

Run read_run(const std::filesystem::path& folder, int seed) {
  Run run{.seed = seed};
  const std::filesystem::path metrics = folder / "metrics.csv";
  const std::filesystem::path record = folder / "run.json";
  if (std::filesystem::exists(metrics)) {
    run.epochs = read_metrics(metrics);
    run.outcome = "unfinished";
  }
  if (!std::filesystem::exists(record)) return run;
  read_json(record, [&](const nlohmann::json& file) {
    file.at("outcome").get_to(run.outcome);
    run.message = file.value("message", "");
    run.command = file.value("command", "");
    run.wall_seconds = file.value("wall_seconds", 0.0);
    run.settings = file.value("settings", run.settings);
    return 0;
  });
  if (std::ranges::count(kOutcomes, run.outcome) == 0 || run.outcome == "missing") {
    throw Error(fmt::format("{}: outcome: found '{}', expected finished, out-of-time, unfinished or failed",
                            record.string(), run.outcome));
  }
  return run;
}

template <class Value>
Spread spread_of(const std::vector<const Run*>& runs, std::size_t row, Value Epoch::*member) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Run* run : runs) values.push_back(run->epochs[row].*member);
  return spread(values);
}

}  // namespace

std::vector<Epoch> read_metrics(const std::filesystem::path& path) {
  std::vector<Epoch> epochs;
  for (const CsvRow& row : read_csv(path, kMetricsHeader)) {
    epochs.push_back(
        {.epoch = row.count(0), .seconds = row.number(2), .train_loss = row.number(3), .test_accuracy = row.number(6)});
  }
  return epochs;
}

Spread spread(const std::vector<double>& values) {
  const auto [low, high] = std::ranges::minmax(values);
  return {.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
          .low = low,
          .high = high,
          .count = static_cast<int>(values.size())};
}

std::vector<const Run*> MethodRuns::counted() const {
  std::vector<const Run*> sound;
  std::vector<const Run*> failed;
  for (const Run& run : runs) {
    if (!run.epochs.empty()) (run.outcome == "failed" ? failed : sound).push_back(&run);
  }
  return sound.empty() ? failed : sound;
}

bool MethodRuns::failed() const {
  const std::vector<const Run*> of = counted();
  return !of.empty() && of.front()->outcome == "failed";
}

std::vector<MeanEpoch> MethodRuns::mean_curve() const {
  const std::vector<const Run*> of = counted();
  if (of.empty()) return {};
  const auto shortest = std::ranges::min_element(of, {}, [](const Run* run) { return run->epochs.size(); });
  std::vector<MeanEpoch> curve;
  for (std::size_t row = 0; row < (*shortest)->epochs.size(); ++row) {
    curve.push_back({.epoch = (*shortest)->epochs[row].epoch,
                     .seconds = spread_of(of, row, &Epoch::seconds).mean,
                     .train_loss = spread_of(of, row, &Epoch::train_loss),
                     .test_accuracy = spread_of(of, row, &Epoch::test_accuracy)});
  }
  return curve;
}

std::string MethodRuns::outcomes() const {
  std::string text;
  for (const std::string_view outcome : kOutcomes) {
    const auto count = std::ranges::count(runs, outcome, &Run::outcome);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, outcome);
  }
  return text;
}

std::vector<MethodRuns> read_runs(const std::filesystem::path& folder, const ExperimentFile& experiment) {
  std::vector<MethodRuns> all;
  for (const std::string& method : experiment.methods) {
    MethodRuns& of_method = all.emplace_back(MethodRuns{.method = method});
    const auto seeds = experiment.runs.find(method);
    if (seeds == experiment.runs.end()) continue;
    for (const int seed : seeds->second) {
      of_method.runs.push_back(read_run(folder / "runs" / method / fmt::format("seed-{}", seed), seed));
    }
  }
  return all;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
