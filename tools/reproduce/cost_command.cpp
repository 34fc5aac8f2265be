#include "tools/reproduce/cost_command.h"

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/device.h"
#include "framework/io/atomic_file.h"
#include "framework/threads.h"
#include "ops/registry.h"
#include "tools/command_line/arguments.h"
#include "tools/reproduce/cost.h"
#include "tools/reproduce/experiment_files.h"
#include "tools/reproduce/report/report.h"
#include "tools/reproduce/word_list.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kCostSynopsis =
    "reproduce cost --output DIR [option ...]\n"
    "\n"
    "Table 1: seconds and bytes of making each curvature and of each solver, of networks that grow in width, on\n"
    "generated data. The report fits how they grow and puts the exponents beside the paper's. DIR/cost holds\n"
    "report.html, report.md and cost.csv; widths that are done are kept when the command is given again.\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 stopped because the numbers went out of bounds.\n";

boost::program_options::options_description cost_options() {
  OptionGroup network("Networks");
  network.add("widths", "LIST", "64,128,256,512,1024,2048", "units of the hidden layers, with commas between, from 1");
  network.add("hidden", "N", "3", "hidden layers, from 1");
  network.add(
      "batches", "LIST", "100,1000",
      "samples; where a batch has as many as a layer has inputs, kfi inverts the paper's matrices, and else those "
      "of the batch");
  network.add("cg-iterations", "N", "10", "of every solve by conjugate gradients, from 1");

  OptionGroup run("Run");
  run.add("repetitions", "N", "11", "of each measurement, of which the median is taken, from 1");
  run.add("seed", "N", "1", "of weights and data, from 0");
  run.add("threads", "N", kNoDefault, "processor threads, from 1; by default all");
  run.add("output", "DIR", kNoDefault, "the folder cost is made there; required");
  return option_table({&network, &run});
}

}  // namespace

void cost_command(int argc, const char* const* argv) {
  const auto described = cost_options();
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, kCostSynopsis, described)) return;
  const ArgumentValues values(map);
  const auto numbers = [](const std::string& text) { return read_list(text, numbers_from(1)); };
  CostOptions options;
  options.widths = values.named("widths", numbers);
  options.batches = values.named("batches", numbers);
  options.hidden = values.count("hidden");
  options.cg_iterations = values.count("cg-iterations");
  options.repetitions = values.count("repetitions");
  options.seed = values.seed();
  options.activation = &activation("sigmoid");
  options.criterion = &criterion("cross-entropy");
  options.folder = std::filesystem::path(values.required("output", "the folder for the results")) / "cost";
  set_threads(values.threads());
  require_device();
  require_report_programs();

  std::filesystem::create_directories(options.folder);
  const std::filesystem::path path = options.folder / "experiment.json";
  measure_cost(options);
  nlohmann::json description = cost_settings(options);
  description.update(describe_experiment(path, "cost", fmt::format("reproduce {}", fmt::join(argv, argv + argc, " "))));
  replace_file(path, description.dump(2) + "\n");
  write_report(options.folder);
  fmt::print("report in {}\n", (options.folder / "report.html").string());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
