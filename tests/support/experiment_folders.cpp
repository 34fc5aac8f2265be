#include "tests/support/experiment_folders.h"

#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

json machine() {
  return {{"processor", "AMD EPYC"},
          {"threads", 2},
          {"blas", "OpenBLAS 0.3.21"},
          {"compiler", "g++ 12.2.0"},
          {"version", "0.1.0"}};
}

std::string without_spaces(const std::string& cell) {
  const std::size_t begin = cell.find_first_not_of(' ');
  return begin == std::string::npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') - begin + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '|' && line[i - 1] != '\\') {
      cells.push_back(without_spaces(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return cells;
}

json settings_of(const std::string& method) {
  json settings{{"learning-rate", "0.1"}, {"batch-size", method == "sgd" ? "100" : "500"}};
  if (method != "sgd") settings["alpha"] = "0.02";
  if (method.ends_with("+ea-cg")) settings.update({{"max-cg", "50"}, {"cg-tolerance", "0.1"}});
  return settings;
}

}  // namespace

void write_training_experiment(const TempDir& dir, const std::string& name, const std::string& criterion, int epochs,
                               const std::vector<int>& seeds, const std::vector<std::string>& methods) {
  json runs = json::object();
  for (const std::string& method : methods) runs[method] = seeds;
  const json file{{"experiment", name},
                  {"commands", {"reproduce " + name + " --data images --output results"}},
                  {"date", "2026-11-24"},
                  {"data", "image-folder: 50000 training and 10000 test samples"},
                  {"lossy_jpeg", true},
                  {"network", "3072-1024-512-256-128-64-32-16-10"},
                  {"activation", "sigmoid"},
                  {"criterion", criterion},
                  {"epochs", epochs},
                  {"budget_minutes", 0},
                  {"runs", runs},
                  {"methods", methods},
                  {"machine", machine()}};
  dir.write("experiment.json", file.dump());
}

void write_run(const TempDir& dir, const std::string& method, int seed, const std::vector<MetricsRow>& rows,
               const std::string& outcome, const std::string& message) {
  const std::string folder = fmt::format("runs/{}/seed-{}/", method, seed);
  std::string metrics = kMetricsHeader;
  int epoch = 0;
  for (const MetricsRow& row : rows) {
    ++epoch;
    metrics += fmt::format("{},{},{:.3f},{:.9g},{:.9g},{:.9g},{:.9g}\n", epoch, 100 * epoch, row.seconds,
                           row.train_loss, row.test_accuracy, row.train_loss, row.test_accuracy);
  }
  dir.write(folder + "metrics.csv", metrics);
  if (outcome.empty()) return;
  const json run{{"method", method},
                 {"seed", seed},
                 {"outcome", outcome},
                 {"message", message},
                 {"epochs", rows.size()},
                 {"wall_seconds", 12.5},
                 {"command", fmt::format("train --dataset image-folder --seed {}", seed)},
                 {"settings", settings_of(method)}};
  dir.write(folder + "run.json", run.dump());
}

std::vector<MetricsRow> falling_losses(int epochs, double seconds_per_epoch, double start, double end, double rate) {
  std::vector<MetricsRow> rows;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    // A plateau first, as deep sigmoid networks have it.
    const double done = 1 / (1 + std::exp(-rate * (epoch - 0.2 * epochs)));
    rows.push_back({.seconds = seconds_per_epoch * epoch,
                    .train_loss = start + (end - start) * done,
                    .test_accuracy = 0.1 + (0.5 - 0.1 * end) * done - 0.001 * epoch * done});
  }
  return rows;
}

void write_realistic_training(const TempDir& dir, const std::string& name, const std::string& criterion) {
  const bool convex = criterion == "cross-entropy";
  std::vector<std::string> methods{"sgd"};
  for (const std::string curvature : {"fisher", "gauss-newton", "pch-1", "pch-2"}) {
    if (!convex && curvature == "gauss-newton") continue;
    methods.push_back(curvature + "+ea-cg");
    methods.push_back(curvature + "+kfi");
    if (name.starts_with("imagenet10")) methods.push_back(curvature + "+kfi-rank-one");
  }
  constexpr int kEpochs = 40;
  write_training_experiment(dir, name, criterion, kEpochs, {1, 2, 3}, methods);
  json settings;
  json search = json::array();
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const std::string& method = methods[i];
    settings[method] = settings_of(method);
    settings[method]["chosen-by"] = "search";
    const auto place = static_cast<double>(i);
    for (int trial = 0; trial < 3; ++trial) {
      json rungs{{{"epochs", 4}, {"train_loss", trial == 2 ? json() : json(2.30 - 0.01 * trial)}}};
      if (trial == 0) rungs.push_back({{"epochs", 12}, {"train_loss", 1.9}});
      search.push_back({{"method", method},
                        {"trial", fmt::format("t{}", trial)},
                        {"settings", settings_of(method)},
                        {"rungs", rungs},
                        {"outcome", trial == 0 ? "chosen" : (trial == 1 ? "dropped" : "failed")},
                        {"message", trial == 2 ? "step 12: the loss is not finite" : ""}});
    }
    const double start = convex ? 2.303 : 0.622;
    const double end = (convex ? 0.9 : 0.25) * (1 + 0.03 * place);
    for (int seed = 1; seed <= 3; ++seed) {
      if (method == "pch-2+kfi" && seed == 3) continue;
      const bool fails = (method == "fisher+kfi" && seed == 2) || method == "gauss-newton+kfi-rank-one";
      const double pace = method == "sgd" ? 2.1 : method.ends_with("kfi") ? 5.2 : 3.4;
      std::vector<MetricsRow> rows =
          falling_losses(fails ? 9 : kEpochs, pace + 0.05 * seed, start, end * (1 + 0.04 * seed), 0.25 + 0.01 * place);
      if (method == "pch-1+kfi-rank-one") rows[20].train_loss += 0.3 * start;
      write_run(dir, method, seed, rows, fails ? "failed" : "finished",
                fails ? "step 905: layer 2: G + 0.045 I is not positive definite" : "");
    }
  }
  dir.write("settings.json", settings.dump());
  dir.write("search.json", search.dump());
}

void write_realistic_errors(const TempDir& dir) {
  dir.write("experiment.json", json{{"experiment", "hessian-errors"},
                                    {"command", "reproduce hessian-errors --data images --output results"},
                                    {"date", "2026-11-24"},
                                    {"machine", machine()}}
                                   .dump());
  for (const std::string name : {"cifar10-convex", "cifar10-nonconvex"}) {
    const bool convex = name == "cifar10-convex";
    std::string errors = "update,curvature,layer,error\n";
    std::string losses = "update,loss\n";
    for (int update = 0; update <= 2000; update += 100) {
      losses += fmt::format("{},{}\n", update, 1 + 1.3 * std::exp(-update / 800.0));
      double scale = 0.2 + update / 2000.0;
      for (const std::string curvature : {"fisher", "fisher-sampled", "gauss-newton", "pch-1", "pch-2"}) {
        scale *= 0.7;
        if (!convex && curvature == "gauss-newton") continue;
        for (int layer = 1; layer <= 8; ++layer) {
          const bool exact = layer == 8 && !curvature.starts_with("fisher");
          const double bump = std::exp(-0.3 * (layer - 3) * (layer - 3)) + 0.1;
          errors += fmt::format("{},{},{},{}\n", update, curvature, layer, exact ? 1e-17 : 0.1 * scale * bump);
        }
      }
    }
    dir.write(name + "/errors.csv", errors);
    dir.write(name + "/loss.csv", losses);
    dir.write(name + "/case.json", json{{"network", "3072-1024-512-256-128-64-32-16-10"},
                                        {"criterion", convex ? "cross-entropy" : "bounded"},
                                        {"batch_size", 500},
                                        {"updates", 2000},
                                        {"every", 100},
                                        {"method", "pch-1+ea-cg"},
                                        {"settings", settings_of("pch-1+ea-cg")},
                                        {"seed", 1},
                                        {"lossy_jpeg", true}}
                                       .dump());
  }
}

void write_realistic_costs(const TempDir& dir) {
  dir.write("experiment.json", json{{"experiment", "cost"},
                                    {"command", "reproduce cost --output results"},
                                    {"date", "2026-11-24"},
                                    {"network", "8 layers of the width"},
                                    {"repetitions", 9},
                                    {"machine", machine()}}
                                   .dump());
  std::string costs = "part,method,width,batch,seconds,bytes\n";
  const auto add = [&](const char* part, const char* method, double factor, double power) {
    for (const int width : {64, 128, 256, 512, 1024, 2048}) {
      costs += fmt::format("{},{},{},500,{},{}\n", part, method, width, 1e-4 + factor * std::pow(width, power),
                           32L * width * width);
    }
  };
  add("curvature", "fisher", 4e-9, 2);
  add("curvature", "gauss-newton", 2e-11, 3);
  add("curvature", "pch-1", 2.2e-11, 3);
  add("curvature", "pch-2", 2.1e-11, 3);
  add("solve", "ea-cg", 9e-9, 2);
  add("solve", "kfi", 3e-11, 3);
  add("solve", "kfi-rank-one", 2e-11, 3);
  dir.write("cost.csv", costs);
}

std::vector<std::vector<std::string>> markdown_table(const std::string& markdown, const std::string& after) {
  std::istringstream text(markdown);
  std::vector<std::vector<std::string>> table;
  bool reached = false;
  for (std::string line; std::getline(text, line);) {
    reached = reached || line.starts_with(after);
    if (!reached) continue;
    if (line.starts_with("| ")) {
      table.push_back(cells_of(line));
    } else if (!table.empty()) {
      break;
    }
  }
  if (table.size() > 1) table.erase(table.begin() + 1);  // the line of dashes
  return table;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
