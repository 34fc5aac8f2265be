#include "tools/bench/json.h"

#include <fstream>

#include <nlohmann/json.hpp>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

constexpr const char* kContentKey = "content";
constexpr const char* kContent = "training steps timed by curvegraph's bench";

json to_json(const Quartiles& quartiles) {
  return {{"lower", quartiles.lower}, {"median", quartiles.median}, {"upper", quartiles.upper}};
}

json to_json(const TimeReport& report) {
  return {{"seconds", to_json(report.seconds)}, {"flops", report.flops}, {"product_seconds", report.product_seconds}};
}

json to_json(const ProductShape& shape) {
  return {{"transpose_a", shape.transpose_a == Transpose::Yes},
          {"transpose_b", shape.transpose_b == Transpose::Yes},
          {"rows", shape.rows},
          {"cols", shape.cols},
          {"inner", shape.inner}};
}

json to_json(const OptimizerReport& report, const OptimizerMeasurements& measured) {
  json entry{{"name", report.optimizer.optimizer_name()},
             {"settings", report.optimizer.optimizer_settings()},
             {"step", to_json(report.step)},
             {"samples_per_second", to_json(report.samples_per_second)},
             {"first_to_this", to_json(report.ratio)},
             {"iterations", report.iterations}};
  for (const PhaseReport& each : report.phases) {
    json phase = to_json(each.time);
    phase["name"] = name(each.phase);
    entry["phases"].push_back(phase);
  }
  for (const std::vector<StepTimes>& round : measured.rounds) {
    json steps = json::array();
    for (const StepTimes& times : round) steps.push_back(times.step);
    entry["rounds"].push_back(steps);
  }
  for (const Product& product : measured.products) {
    json one = to_json(product.shape);
    one.update({{"phase", name(product.phase)}, {"count", product.count}});
    entry["products"].push_back(one);
  }
  return entry;
}

}  // namespace

std::string format_json(const BenchOptions& options, const BenchReport& report, const Measurements& measured) {
  json file{{kContentKey, kContent},
            {"settings",
             {{"layers", options.layers},
              {"activation", options.activation->name},
              {"criterion", options.criterion->name},
              {"batch_size", options.batch_size},
              {"steps", options.steps},
              {"warm_up", options.warm_up},
              {"seed", options.seed}}},
            {"machine", {{"processor", report.processor}, {"blas", report.blas}, {"threads", report.threads}}},
            {"memory",
             {{"weights", report.memory.weights},
              {"batch", report.memory.batch},
              {"peak", report.memory.peak},
              {"peak_of_steps", report.memory.peak_of_steps}}}};
  for (std::size_t i = 0; i < report.optimizers.size(); ++i) {
    file["optimizers"].push_back(to_json(report.optimizers[i], measured.optimizers[i]));
  }
  for (const PlainProduct& product : report.products) {
    json one = to_json(product.shape);
    one["seconds"] = to_json(product.seconds);
    file["plain_products"].push_back(one);
  }
  return file.dump(1) + "\n";
}

bool is_bench_json(const std::filesystem::path& path) {
  std::ifstream stream(path);
  const json file = json::parse(stream, nullptr, /*allow_exceptions=*/false);
  return file.is_object() && file.value(kContentKey, json()) == kContent;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
