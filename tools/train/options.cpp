#include "tools/train/options.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "models/mlp.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/command_line/network_options.h"
#include "tools/train/option_table.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::map<std::string, std::string> TrainOptions::settings() const {
  std::map<std::string, std::string> settings = optimizer_settings();
  settings.insert({{"dataset", std::string(dataset->name)},
                   {"normalize", std::string(name(normalize))},
                   {"layers", format_layers(layers)},
                   {"activation", std::string(activation->name)},
                   {"criterion", std::string(criterion->name)},
                   {"batch-size", fmt::format("{}", batch_size)},
                   {"seed", fmt::format("{}", seed)},
                   {"threads", fmt::format("{}", threads)}});
  if (schedule.kind != LearningRateSchedule::Kind::Constant) settings.insert({"epochs", fmt::format("{}", epochs)});
  // skip_broken is none: where it makes a difference, there is no run without it.
  if (dataset->image_files) settings.insert({"image-size", fmt::format("{}", data_options.image_size)});
  return settings;
}

namespace {

using Arguments = boost::program_options::variables_map;

TrainOptions read_train_options(const Arguments& arguments) {
  const ArgumentValues values(arguments);
  TrainOptions options;
  options.arguments = arguments;
  options.dataset = &dataset_option(values);
  options.data = data_option(values, *options.dataset);
  options.data_options = image_options(values, *options.dataset);
  options.normalize = values.named("normalize", normalize_from_name);
  if (values.given("layers")) {
    options.layers = values.named("layers", parse_layers);
  } else if (const auto layers = dataset_defaults(*options.dataset).layers; !layers.empty()) {
    options.layers = parse_layers(layers);
  }
  options.activation = &activation_option(values);
  options.criterion = &criterion_option(values);
  read_optimizer_options(values, *options.criterion, options);
  read_schedule_options(values, options);
  options.batch_size = values.count("batch-size");
  options.epochs = values.count("epochs");
  options.seed = values.seed();
  options.threads = values.threads();
  options.output = values.required("output", "the folder to write results to");
  if (values.given("resume")) options.resume = values.text("resume");
  if (values.given("find-settings")) {
    values.refuse("resume", "--find-settings");
    options.find_settings = values.number<double>("find-settings", "a number of minutes above 0 and at most 1e5",
                                                  [](double x) { return x > 0 && x <= 1e5; });
  }
  return options;
}

}  // namespace

std::optional<TrainOptions> parse_train_options(int argc, const char* const* argv) {
  const auto described = train_option_table();
  const Arguments arguments = read_arguments(argc, argv, described);
  if (arguments.contains("help")) {
    fmt::print("{}\n{}", train_synopsis(), fmt::streamed(described));
    return std::nullopt;
  }
  return read_train_options(arguments);
}

TrainOptions with_settings(const TrainOptions& options, const std::map<std::string, std::string>& settings) {
  Arguments arguments = options.arguments;
  for (const auto& [option, value] : settings) {
    arguments.insert_or_assign(option, boost::program_options::variable_value(value, /*defaulted=*/false));
  }
  return read_train_options(arguments);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
