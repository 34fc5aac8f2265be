#include "tools/bench/report.h"

#include "framework/threads.h"
#include "tools/measure/machine.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// `value` of each measured step.
template <class Value>
std::vector<double> over_steps(const OptimizerMeasurements& measured, const Value& value) {
  std::vector<double> values;
  for (const std::vector<StepTimes>& round : measured.rounds) {
    for (const StepTimes& times : round) values.push_back(value(times));
  }
  return values;
}

std::vector<double> round_medians(const OptimizerMeasurements& measured) {
  std::vector<double> medians;
  medians.reserve(measured.rounds.size());
  for (const std::vector<StepTimes>& round : measured.rounds) {
    std::vector<double> steps;
    steps.reserve(round.size());
    for (const StepTimes& times : round) steps.push_back(times.step);
    medians.push_back(quartiles(steps).median);
  }
  return medians;
}

Quartiles round_ratio(const OptimizerMeasurements& first, const OptimizerMeasurements& other) {
  std::vector<double> ratios = round_medians(first);
  const std::vector<double> others = round_medians(other);
  for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] /= others[i];
  return quartiles(ratios);
}

using ProductSeconds = std::map<ProductShape, Quartiles>;

/// Adds the chosen products to the report.
template <class Chosen>
void add_products(const OptimizerMeasurements& measured, const ProductSeconds& seconds, const Chosen& chosen,
                  TimeReport& report) {
  for (const Product& product : measured.products) {
    if (!chosen(product)) continue;
    report.flops += product.flops();
    report.product_seconds += product.count * seconds.at(product.shape).median;
  }
}

OptimizerReport optimizer_report(const OptimizerMeasurements& measured, const OptimizerMeasurements& first,
                                 const ProductSeconds& seconds, int batch) {
  OptimizerReport report{
      .optimizer = measured.optimizer, .ratio = round_ratio(first, measured), .iterations = measured.iterations};
  for (const Phase phase : kPhases) {
    if (!measured.optimizer.kind->second_order && (phase == Phase::Propagation || phase == Phase::Solve)) continue;
    const auto index = static_cast<std::size_t>(phase);
    PhaseReport& each = report.phases.emplace_back(PhaseReport{.phase = phase});
    each.time.seconds = quartiles(over_steps(measured, [&](const StepTimes& times) { return times.phases[index]; }));
    add_products(
        measured, seconds, [&](const Product& product) { return product.phase == phase; }, each.time);
  }
  report.step.seconds = quartiles(over_steps(measured, [](const StepTimes& times) { return times.step; }));
  add_products(
      measured, seconds, [](const Product&) { return true; }, report.step);
  report.samples_per_second =
      quartiles(over_steps(measured, [&](const StepTimes& times) { return batch / times.step; }));
  return report;
}

}  // namespace

BenchReport make_report(const BenchOptions& options, const Measurements& measured) {
  BenchReport report{
      .processor = processor_model(), .blas = linalg_description(), .threads = threads(), .memory = measured.memory};
  ProductSeconds seconds;
  for (const auto& [shape, times] : measured.product_seconds) {
    seconds[shape] = quartiles(times);
    report.products.push_back({.shape = shape, .seconds = seconds[shape]});
  }
  for (const OptimizerMeasurements& each : measured.optimizers) {
    report.optimizers.push_back(optimizer_report(each, measured.optimizers.front(), seconds, options.batch_size));
  }
  return report;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
