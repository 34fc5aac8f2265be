#include "tools/reproduce/cost.h"

#include <chrono>
#include <functional>
#include <optional>

#include <fmt/core.h>

#include "framework/device.h"
#include "framework/error.h"
#include "tools/reproduce/cost_folder.h"
#include "tools/reproduce/cost_parts.h"
#include "tools/reproduce/measure_progress.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// A row to come.
struct Measurement {
  const char* part;
  std::string_view method;
  int width;
  int batch;
  std::function<Cost(CostNetwork&)> measure;

  /// In operations, roughly.
  [[nodiscard]] double size() const { return 1e6 + static_cast<double>(width) * width * (width + batch); }
};

std::vector<Measurement> missing_tasks(const CostOptions& options, const CostFolder& folder) {
  std::vector<Measurement> tasks;
  const auto add = [&](const Measurement& task) {
    if (!folder.has(task.part, task.method, task.width, task.batch)) tasks.push_back(task);
  };
  for (const int width : options.widths) {
    for (const int batch : options.batches) {
      for (const Curvature* each : options.curvatures) {
        add({"curvature", each->name, width, batch,
             [each](CostNetwork& network) { return network.propagation(*each); }});
      }
      for (const WeightSolverKind* each : options.solvers) {
        add({"solve", each->name, width, batch, [each](CostNetwork& network) { return network.solve(*each); }});
      }
    }
  }
  return tasks;
}

Cost measure(const Measurement& task, CostNetwork& network) {
  try {
    return task.measure(network);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    throw NumericalError(fmt::format("width {}, batch {}, {}: {}", task.width, task.batch, task.method, error.what()));
  }
}

void require_sensible(const CostOptions& options) {
  for (const std::vector<int>* numbers : {&options.widths, &options.batches}) {
    for (const int number : *numbers) {
      if (number < 1) throw UsageError(fmt::format("cost: width or batch size {}, expected at least 1", number));
    }
  }
  if (options.hidden < 1 || options.repetitions < 1) {
    throw UsageError(fmt::format("cost: {} hidden layers, {} repetitions, expected at least 1 each", options.hidden,
                                 options.repetitions));
  }
  if (!device_is_host()) throw UsageError("cost: found a GPU build, expected the host build, whose heap is measured");
}

}  // namespace

nlohmann::json cost_settings(const CostOptions& options) {
  nlohmann::json settings{{"network", fmt::format("{} layers of n on n inputs, then one of 10", options.hidden)},
                          {"activation", options.activation->name},
                          {"criterion", options.criterion->name},
                          {"widths", options.widths},
                          {"batches", options.batches},
                          {"alpha", options.alpha},
                          {"cg_iterations", options.cg_iterations},
                          {"cg_tolerance", 0},
                          {"solved_curvature", pch_1.name},
                          {"repetitions", options.repetitions},
                          {"seed", options.seed}};
  for (const Curvature* each : options.curvatures) settings["curvatures"].push_back(each->name);
  for (const WeightSolverKind* each : options.solvers) settings["solvers"].push_back(each->name);
  return settings;
}

void measure_cost(const CostOptions& options) {
  require_sensible(options);
  CostFolder folder(options);
  const std::vector<Measurement> tasks = missing_tasks(options, folder);
  double all = 0;
  for (const Measurement& task : tasks) all += task.size();

  MeasureProgress progress(options.folder.filename().string(), 0);
  const auto start = std::chrono::steady_clock::now();
  double done = 0;
  std::optional<CostNetwork> network;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Measurement& task = tasks[i];
    const bool first = i == 0 || tasks[i - 1].width != task.width || tasks[i - 1].batch != task.batch;
    if (first) network.emplace(options, task.width, task.batch);
    folder.add({.part = task.part,
                .method = std::string(task.method),
                .width = task.width,
                .batch = task.batch,
                .cost = measure(task, *network)});
    done += task.size();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    progress.show(done / all, seconds * (all - done) / done,
                  fmt::format("width {}, batch {}, {}", task.width, task.batch, task.method));
    if (i + 1 == tasks.size() || tasks[i + 1].width != task.width) folder.save();
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
