#include "tools/reproduce/report/experiment_file.h"

#include <algorithm>
#include <charconv>

#include "tools/reproduce/files.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

/// "lossy_jpeg" as "lossy jpeg".
std::string spoken(std::string key) {
  std::ranges::replace(key, '_', ' ');
  return key;
}

std::string shown_setting(const json& value) {
  if (value.is_string()) return escaped(value.get<std::string>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_array()) return escaped(value.dump());
  std::string text;
  for (const json& each : value) text += (text.empty() ? "" : ", ") + shown_setting(each);
  return text;
}

std::vector<std::pair<std::string, std::string>> entries(const json& file) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [key, value] : file.items()) {
    if (key == "commands") {
      std::string commands;
      for (const json& command : value) commands += (commands.empty() ? "" : "; ") + code(command.get<std::string>());
      found.emplace_back(key, commands);
    } else if (key == "runs") {
      std::string seeds;
      for (const auto& [method, of_method] : value.items()) {
        seeds += fmt::format("{}{}: {}", seeds.empty() ? "" : "; ", escaped(method), shown_setting(of_method));
      }
      found.emplace_back("seeds", seeds);
    } else if (value.is_object()) {
      for (auto& entry : entries(value)) found.push_back(std::move(entry));
    } else {
      found.emplace_back(spoken(key), shown_setting(value));
    }
  }
  return found;
}

}  // namespace

int ExperimentFile::classes() const {
  const std::size_t last = network.rfind('-') + 1;  // 0 where there is none
  int count = 0;
  std::from_chars(network.data() + last, network.data() + network.size(), count);
  return count;
}

ExperimentFile read_experiment(const std::filesystem::path& folder) {
  return read_json(folder / "experiment.json", [](const json& file) {
    return ExperimentFile{.name = file.at("experiment"),
                          .network = file.value("network", ""),
                          .criterion = file.value("criterion", ""),
                          .lossy_jpeg = file.value("lossy_jpeg", false),
                          .epochs = file.value("epochs", 0),
                          .budget_minutes = file.value("budget_minutes", 0.0),
                          .methods = file.value("methods", std::vector<std::string>()),
                          .runs = file.value("runs", std::map<std::string, std::vector<int>>()),
                          .entries = entries(file)};
  });
}

std::string data_note(bool lossy_jpeg) {
  return lossy_jpeg ? " Data: a lossy JPEG re-encoding of the images, not the paper's to the bit." : "";
}

void add_how_it_was_run(Document& document, const ExperimentFile& experiment) {
  document.section("How it was run");
  Table table({"", ""});
  for (const auto& [name, value] : experiment.entries) table.add({name, value});
  document.table(table);
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
