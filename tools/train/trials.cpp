#include "tools/train/trials.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/config_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kConfig = "settings.cfg";
constexpr const char* kTable = "trials.txt";
constexpr const char* kCsv = "trials.csv";
constexpr const char* kCheckpoints = "trials";

using Row = std::vector<std::string>;

/// The rows of both tables, without their formats. `digits`: of losses.
std::vector<Row> rows_of(std::span<const Trial> trials, int rungs, int digits) {
  std::vector<Row> rows{{"trial"}};
  for (const auto& [option, value] : trials.front().settings) rows[0].push_back(option);
  for (const char* column : {"seconds", "steps", "epochs"}) rows[0].emplace_back(column);
  for (int rung = 1; rung <= rungs; ++rung) rows[0].push_back(fmt::format("loss_{}", rung));
  for (const Trial& trial : trials) {
    Row& row = rows.emplace_back(Row{fmt::format("{}", trial.number)});
    for (const auto& [option, value] : trial.settings) row.push_back(value);
    row.push_back(fmt::format("{:.3f}", trial.seconds));
    row.push_back(fmt::format("{}", trial.steps));
    row.push_back(fmt::format("{:.2f}", trial.epochs));
    for (const double loss : trial.losses) row.push_back(fmt::format("{:.{}g}", loss, digits));
    row.resize(rows[0].size());
  }
  return rows;
}

}  // namespace

std::string format_settings(const Settings& settings) {
  std::string line;
  for (const auto& [option, value] : settings) line += fmt::format("{}{} {}", line.empty() ? "" : ", ", option, value);
  return line;
}

std::string format_trials(std::span<const Trial> trials, int rungs) {
  const std::vector<Row> rows = rows_of(trials, rungs, 5);
  std::vector<std::size_t> widths(rows[0].size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      line += fmt::format("{}{:>{}}", i == 0 ? "" : "  ", rows[r][i], widths[i]);
    }
    if (r > 0 && !trials[r - 1].message.empty()) line += "  " + trials[r - 1].message;
    line.erase(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

std::string trials_csv(std::span<const Trial> trials, int rungs) {
  std::string csv;
  for (const Row& row : rows_of(trials, rungs, 9)) csv += fmt::format("{}\n", fmt::join(row, ","));
  return csv;
}

std::string format_config(const TrainOptions& options, const Trial& best) {
  Settings lines = options.given();
  if (!ArgumentValues(options.arguments).given("threads")) lines.erase("threads");
  for (const auto& [option, value] : best.settings) lines[option] = value;
  std::string config = fmt::format("# found in a search: training loss {:.5g} after {:.1f} epochs in {:.1f} s\n",
                                   best.losses.back(), best.epochs, best.seconds);
  for (const auto& [option, value] : lines) config += config_line(option, value) + "\n";
  return config;
}

void SearchFolder::create() {
  folder_.create_new();
  if (!std::filesystem::exists(state())) {
    for (const char* name : {kConfig, kTable, kCsv}) {
      if (std::filesystem::exists(path_ / name)) {
        throw UsageError(
            fmt::format("--output {}: already holds a search ({}), expected a new folder", path_.string(), name));
      }
    }
  }
}

void SearchFolder::save(const TrainOptions& options, std::span<const Trial> trials, int rungs) const {
  replace_file(path_ / kTable, format_trials(trials, rungs));
  replace_file(path_ / kCsv, trials_csv(trials, rungs));
  const Trial& best = trials.front();
  if (std::isfinite(best.losses.back())) replace_file(path_ / kConfig, format_config(options, best));
}

std::filesystem::path SearchFolder::checkpoint(const Trial& trial) const {
  return path_ / kCheckpoints / fmt::format("{}.safetensors", trial.number);
}

std::filesystem::path SearchFolder::state() const { return path_ / kCheckpoints / "search.json"; }

void SearchFolder::complete() const { std::filesystem::remove_all(path_ / kCheckpoints); }

std::filesystem::path SearchFolder::config() const { return path_ / kConfig; }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
