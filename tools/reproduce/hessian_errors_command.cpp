#include "tools/reproduce/hessian_errors_command.h"

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/device.h"
#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/optimizer_options.h"
#include "tools/reproduce/experiment.h"
#include "tools/reproduce/experiment_files.h"
#include "tools/reproduce/hessian_errors.h"
#include "tools/reproduce/report/report.h"
#include "tools/reproduce/word_list.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kHessianErrorsSynopsis =
    "reproduce hessian-errors --data DIR --output DIR [option ...]\n"
    "\n"
    "Tables 2 to 5: trains and, every few updates, computes how far each curvature's blocks G are from the mean block\n"
    "Hessians E[H], ‖G - |E[H]|‖_F by layer, on the batch of that update. The tables have the means over the run.\n"
    "Tables 2 and 4 are of CIFAR-10, 3 and 5 of ImageNet: give the command once for each, with the same --output.\n"
    "DIR/hessian-errors holds report.html and report.md, and by case errors.csv, loss.csv and what it goes on from\n"
    "when it was interrupted.\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 stopped because the numbers went out of bounds.\n";

boost::program_options::options_description hessian_errors_options() {
  OptionGroup data("Data");
  data.add("data", "DIR", kNoDefault, "the images, as for the experiments that train; required");
  data.add("cases", "LIST", "cifar10-convex,cifar10-nonconvex",
           listed("networks and criteria, with commas between:", experiments(), [](const Experiment& experiment) {
             return fmt::format("{}: {} and {}", experiment.name, experiment.layers, experiment.criterion);
           }));
  data.add("layers", "SIZES", kNoDefault, "of the networks; another than the paper's fits other data");

  OptionGroup optimizer("How the parameters move");
  OptionGroup second_order("Second-order optimizer");
  add_optimizer_options(optimizer, second_order, "paper");
  optimizer.add("batch-size", "N", "100", "samples of an update, and of the means that are compared, from 1");

  OptionGroup run("Run");
  run.add("updates", "N", "2000", "updates in all, from 1");
  run.add("every", "N", "20", "updates from one measurement to the next, from 1");
  run.add("seed", "N", "1", "of the initial weights and the order of samples, from 0");
  run.add("threads", "N", kNoDefault, "processor threads, from 1; by default all");
  run.add("output", "DIR", kNoDefault, "the folder hessian-errors is made there; required");
  return option_table({&data, &optimizer, &second_order, &run});
}

const Experiment& case_of(const std::string& name) {
  if (const Experiment* found = find_experiment(name); found != nullptr) return *found;
  std::vector<std::string_view> known;
  for (const Experiment& experiment : experiments()) known.push_back(experiment.name);
  throw UsageError(fmt::format("found '{}', expected some of {}", name, fmt::join(known, ", ")));
}

}  // namespace

void hessian_errors_command(int argc, const char* const* argv) {
  const auto described = hessian_errors_options();
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, kHessianErrorsSynopsis, described)) return;
  const ArgumentValues values(map);
  const std::filesystem::path folder = values.required("data", "the folder of the images");
  const std::filesystem::path output =
      std::filesystem::path(values.required("output", "the folder for the results")) / "hessian-errors";
  const auto cases = values.named("cases", [](const std::string& text) {
    return read_list(text, [](const std::string& name) { return &case_of(name); });
  });
  HessianErrorsOptions options;
  options.batch_size = values.count("batch-size");
  options.updates = values.count("updates");
  options.every = values.count("every");
  options.seed = values.seed();
  set_threads(values.threads());
  require_device();
  require_report_programs();

  std::filesystem::create_directories(output);
  const std::filesystem::path path = output / "experiment.json";
  const auto description =
      describe_experiment(path, "hessian-errors", fmt::format("reproduce {}", fmt::join(argv, argv + argc, " ")));
  replace_file(path, description.dump(2) + "\n");
  for (const Experiment* each : cases) {
    options.layers = values.given("layers") ? values.named("layers", parse_layers) : parse_layers(each->layers);
    options.activation = &activation("sigmoid");
    options.criterion = &criterion(each->criterion);
    read_optimizer_options(values, *options.criterion, options.optimizer);
    const ImageData images = find_images(folder, options.layers.front());
    const DatasetPair data = images.load(options.layers);
    options.train = &data.train;
    options.data = describe(images, data);
    options.lossy_jpeg = images.lossy();
    options.folder = output / each->name;
    measure_hessian_errors(options);
  }
  write_report(output);
  fmt::print("report in {}\n", (output / "report.html").string());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
