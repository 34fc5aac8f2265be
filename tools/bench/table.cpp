#include "tools/bench/table.h"

#include <string_view>

#include <fmt/format.h>

#include "models/mlp.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kLegend =
    "ms: median, with quartiles; GFLOP: operations of the matrix products; sgemm GFLOP/s: rate of plain products of\n"
    "the same shapes, measured in turns with the steps; products: their time at that rate, as a share of the time\n";

/// Empty if there are no products.
std::string rate(double flops, double seconds) { return flops > 0 ? fmt::format("{:.1f}", flops / seconds / 1e9) : ""; }

std::string row(std::string_view name, const TimeReport& time, double step) {
  const auto ms = [](double seconds) { return fmt::format("{:.3f}", seconds * 1e3); };
  const bool some = time.flops > 0;
  return fmt::format("{:<12}  {:>10}  {:>10}  {:>10}  {:>7}  {:>9}  {:>8}  {:>13}  {:>8}\n", name,
                     ms(time.seconds.median), ms(time.seconds.lower), ms(time.seconds.upper),
                     fmt::format("{:.1f} %", 100 * time.seconds.median / step),
                     some ? fmt::format("{:.4f}", time.flops / 1e9) : "", rate(time.flops, time.seconds.median),
                     rate(time.flops, time.product_seconds),
                     some ? fmt::format("{:.1f} %", 100 * time.product_seconds / time.seconds.median) : "");
}

std::string table_of(const OptimizerReport& report) {
  std::string table = fmt::format("{}\n", report.optimizer.describe_optimizer());
  table += fmt::format("{:<12}  {:>10}  {:>10}  {:>10}  {:>7}  {:>9}  {:>8}  {:>13}  {:>8}\n", "phase", "ms", "25 %",
                       "75 %", "share", "GFLOP", "GFLOP/s", "sgemm GFLOP/s", "products");
  const double step = report.step.seconds.median;
  for (const PhaseReport& each : report.phases) table += row(name(each.phase), each.time, step);
  table += row("step", report.step, step);
  table += fmt::format("{:.1f} samples/s ({:.1f} to {:.1f})\n\n", report.samples_per_second.median,
                       report.samples_per_second.lower, report.samples_per_second.upper);
  return table;
}

std::string memory_line(const OptimizerOptions& first, const MemoryMeasurements& memory) {
  const auto megabytes = [](std::size_t bytes) { return static_cast<double>(bytes) / 1e6; };
  const double least = megabytes(memory.weights + memory.batch);
  const double steps = megabytes(memory.peak_of_steps);
  return fmt::format(
      "peak memory of {}: {:.1f} MB in its steps, {:.2f} times the weights ({:.1f} MB) plus the batch ({:.1f} MB);\n"
      "{:.1f} MB including the setup before them\n",
      first.optimizer_name(), steps, steps / least, megabytes(memory.weights), megabytes(memory.batch),
      megabytes(memory.peak));
}

}  // namespace

std::string format_table(const BenchOptions& options, const BenchReport& report) {
  std::string text = fmt::format(
      "network {}, {}, {}; batch size {}, seed {}, generated data\n"
      "{} steps measured after {} warm-up steps; {} threads, {}, {}\n\n",
      format_layers(options.layers), options.activation->name, options.criterion->name, options.batch_size,
      options.seed, options.steps, options.warm_up, report.threads, report.blas, report.processor);
  for (const OptimizerReport& each : report.optimizers) text += table_of(each);
  const OptimizerReport& first = report.optimizers.front();
  for (std::size_t i = 1; i < report.optimizers.size(); ++i) {
    const OptimizerReport& other = report.optimizers[i];
    text += fmt::format("a step of {} takes {:.3f} times as long as one of {} ({:.3f} to {:.3f} by rounds)\n",
                        first.optimizer.optimizer_name(), other.ratio.median, other.optimizer.optimizer_name(),
                        other.ratio.lower, other.ratio.upper);
  }
  return text + memory_line(first.optimizer, report.memory) + std::string(kLegend);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
