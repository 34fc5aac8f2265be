#include <map>
#include <set>

#include <fmt/format.h>

#include "tools/reproduce/files.h"
#include "tools/reproduce/report/training_report.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;
using Settings = std::map<std::string, std::string>;
constexpr const char* kChosenBy = "chosen-by";

/// Those of the file, else what a run of the method says of itself.
std::map<std::string, Settings> settings_by_method(const std::filesystem::path& folder,
                                                   const TrainingResults& results) {
  std::map<std::string, Settings> all;
  const std::filesystem::path path = folder / "settings.json";
  if (std::filesystem::exists(path)) {
    all = read_json(path, [](const json& file) { return file.get<std::map<std::string, Settings>>(); });
  }
  for (const MethodRuns& method : results.methods) {
    for (const Run& run : method.runs) {
      if (!run.settings.empty()) all.try_emplace(method.method, run.settings);
    }
  }
  return all;
}

std::string one_line(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", escaped(name), escaped(value));
  }
  return text;
}

std::string rungs_of(const json& trial) {
  std::string text;
  for (const json& rung : trial.at("rungs")) {
    const json& loss = rung.at("train_loss");  // null: not finite, which JSON cannot say
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", rung.at("epochs").get<int>(),
                        loss.is_null() ? "not finite" : fmt::format("{:.4f}", loss.get<double>()));
  }
  return text;
}

}  // namespace

void add_settings(Document& document, const std::filesystem::path& folder, const TrainingResults& results) {
  const std::map<std::string, Settings> all = settings_by_method(folder, results);
  std::set<std::string> names;
  for (const auto& [method, settings] : all) {
    for (const auto& [name, value] : settings) names.insert(name);
  }
  names.erase(kChosenBy);
  document.section("Settings");
  document.paragraph(
      "The paper's: sigmoid, Xavier initialisation, momentum 0.9 for SGD, and a grid search over learning rates 0.05, "
      "0.1, 0.2, batch sizes 100, 500, 1000, alpha 0.01, 0.02, 0.05, 0.1 and, for EA-CG, at most 5, 10, 20, 50 "
      "iterations to 1e-10, 1e-5, 1e-2, 1e-1; it does not say what was chosen.");
  std::vector<std::string> titles{"method"};
  for (const std::string& name : names) titles.push_back(">" + name);
  titles.emplace_back("chosen by");
  Table table(titles);
  for (const MethodRuns& method : results.methods) {
    const auto found = all.find(method.method);
    if (found == all.end()) continue;
    const auto value = [&](const std::string& name) {
      const auto entry = found->second.find(name);
      return entry == found->second.end() ? std::string("-") : escaped(entry->second);
    };
    std::vector<std::string> cells{method_title(method.method)};
    for (const std::string& name : names) cells.push_back(value(name));
    cells.push_back(value(kChosenBy));
    table.add(std::move(cells));
  }
  if (table.empty()) {
    document.paragraph("None are known yet.");
  } else {
    document.table(table);
  }
}

void add_search(Document& document, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "search.json";
  if (!std::filesystem::exists(path)) return;
  document.section("The search");
  document.paragraph(
      "Trials by method; after each rung those with the lowest training losses go on. Rungs: epochs and training loss "
      "at their end.");
  Table table({"method", "settings", "outcome", "rungs", "message"});
  read_json(path, [&](const json& file) {
    for (const json& trial : file) {
      table.add({method_title(trial.at("method")), one_line(trial.at("settings")), escaped(trial.value("outcome", "")),
                 rungs_of(trial), escaped(trial.value("message", ""))});
    }
    return 0;
  });
  document.table(table);
}

void add_unfinished(Document& document, const TrainingResults& results) {
  Table table({"method", ">seed", "outcome", ">epochs", "message"});
  std::string command;
  for (const MethodRuns& method : results.methods) {
    for (const Run& run : method.runs) {
      if (command.empty()) command = run.command;
      if (run.outcome == "finished") continue;
      table.add({method_title(method.method), fmt::format("{}", run.seed), run.outcome,
                 fmt::format("{}", run.epochs.empty() ? 0 : run.epochs.back().epoch), escaped(run.message)});
    }
  }
  document.section("Runs that are not finished");
  if (table.empty()) {
    document.paragraph("None: all of them are.");
  } else {
    document.table(table);
  }
  if (!command.empty()) {
    document.paragraph("Each run is one of tools/train, and its run.json has the command; the first's: " +
                       code(command));
  }
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
