#include "tools/train/options.h"

#include <fmt/format.h>

#include "framework/error.h"
#include "models/mlp.h"
#include "models/task_defaults.h"
#include "ops/ops.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/column_list.h"
#include "tools/command_line/datasets.h"
#include "tools/command_line/network_options.h"
#include "tools/train/option_table.h"
#include "tools/train/run_folder.h"
#include "tools/train/task.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

Normalize normalize_option(const ArgumentValues& values, const DatasetFormat& format) {
  if (!values.given("normalize")) return format.table ? Normalize::Feature : Normalize::Channel;
  const Normalize kind = values.named("normalize", normalize_from_name);
  if (kind == Normalize::Channel && format.table) {
    throw UsageError(fmt::format("--normalize channel: {} has no channels, expected feature or none", format.name));
  }
  return kind;
}

std::vector<int> layers_option(const ArgumentValues& values, const TrainOptions& options) {
  if (values.given("layers")) return values.named("layers", parse_layers);
  const std::string_view layers = dataset_defaults(*options.dataset).layers;
  return layers.empty() || options.task != Task::Classification ? std::vector<int>{} : parse_layers(layers);
}

}  // namespace

void TrainOptions::set_task(Task value) {
  task = value;
  data_options.task = value;
  if (criterion == nullptr) criterion = &default_criterion(value);
  as_option([&] { require_fitting_criterion(value, *criterion); });
  if (!normalize_targets) return;
  as_option([&] { require_fitting_target_normalization(*normalize_targets, task, *criterion, !dataset->table); });
}

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
  // A value that once was the only choice is no setting, so that runs from before the option existed can resume.
  if (task != Task::Classification) settings.insert({"task", std::string(name(task))});
  if (in_double) settings.insert({"precision", "double"});
  if (validation) settings.insert({"validation", fmt::format("{}", *validation)});
  if (!best_by.empty()) settings.insert({"best-by", best_by});
  if (dataset->named_columns) settings.insert({"targets", format_columns(data_options.targets)});
  if (data_options.missing != Missing::Refuse) settings.insert({"missing", std::string(name(data_options.missing))});
  if (data_options.label_base.value_or(0) != 0) {
    settings.insert({"label-base", fmt::format("{}", *data_options.label_base)});
  }
  // skip_broken is no setting: where it makes a difference, a run without it fails.
  if (dataset->image_files) settings.insert({"image-size", fmt::format("{}", data_options.image_size)});
  return settings;
}

std::map<std::string, std::string> TrainOptions::given() const {
  std::map<std::string, std::string> options = given_options(arguments);
  for (const char* name : {"output", "resume", "config", "find-settings"}) options.erase(name);
  options["threads"] = fmt::format("{}", threads);
  if (const auto folder = options.find("data"); folder != options.end()) {
    folder->second = std::filesystem::absolute(folder->second).lexically_normal().string();
  }
  return options;
}

namespace {

using Arguments = boost::program_options::variables_map;

TrainOptions read_train_options(const Arguments& arguments) {
  const ArgumentValues values(arguments);
  TrainOptions options;
  options.arguments = arguments;
  options.dataset = &dataset_option(values);
  options.data = data_option(values, *options.dataset);
  options.data_options = dataset_options(values, *options.dataset);
  options.normalize = normalize_option(values, *options.dataset);
  if (values.given("normalize-targets")) {
    options.normalize_targets = values.named("normalize-targets", normalize_targets_from_name);
  }
  if (values.given("criterion")) options.criterion = &criterion_option(values);
  if (const auto task = task_option(values, *options.dataset)) options.set_task(*task);
  options.layers = layers_option(values, options);
  options.activation = &activation_option(values);
  // If the criterion is not known yet, it will be a default, which is convex like this one.
  read_optimizer_options(values, options.criterion ? *options.criterion : softmax_cross_entropy, options);
  read_schedule_options(values, options);
  options.batch_size = values.count("batch-size");
  options.epochs = values.count("epochs");
  if (values.given("validation")) {
    options.validation =
        values.number<double>("validation", "a number above 0 and below 1", [](double x) { return x > 0 && x < 1; });
  }
  if (values.given("patience")) options.patience = values.count("patience");
  if (values.given("best-by")) {
    options.best_by = values.text("best-by");
    if (options.best_by != "loss" && options.best_by != "accuracy" && options.best_by != "rmse") {
      throw UsageError(fmt::format("--best-by: found '{}', expected loss, accuracy or rmse", options.best_by));
    }
  }
  if (values.given("target-loss")) {
    options.target_loss =
        values.number<double>("target-loss", "a number in [0, 1e12)", [](double x) { return x >= 0 && x < 1e12; });
  }
  options.seed = values.seed();
  options.threads = values.threads();
  options.in_double = values.given("precision") ? values.in_double() : options.kind->high_precision;
  if (values.given("resume")) options.resume = values.text("resume");
  options.output = options.resume && !values.given("output")
                       ? *options.resume
                       : std::filesystem::path(values.required("output", "the folder to write results to"));
  if (values.given("find-settings")) {
    for (const char* option : {"resume", "target-loss", "patience", "best-by"})
      values.refuse(option, "--find-settings");
    if (options.kind->high_precision) values.refuse("find-settings", fmt::format("--optimizer {}", options.kind->name));
    options.find_settings = values.number<double>("find-settings", "a number of minutes above 0 and at most 1e5",
                                                  [](double x) { return x > 0 && x <= 1e5; });
  }
  return options;
}

}  // namespace

std::optional<TrainOptions> parse_train_options(int argc, const char* const* argv) {
  const auto described = train_option_table();
  const Arguments arguments = read_arguments(argc, argv, described, [](const Arguments& given) {
    return given.contains("resume") && !given.contains("help") && !given.contains("version")
               ? given_to_run(given["resume"].as<std::string>())
               : OptionTexts{};
  });
  if (prints_only(arguments, train_synopsis(), described)) return std::nullopt;
  return read_train_options(arguments);
}

TrainOptions with_settings(const TrainOptions& options, const std::map<std::string, std::string>& settings) {
  Arguments arguments = options.arguments;
  for (const auto& [option, value] : settings) {
    arguments.insert_or_assign(option, boost::program_options::variable_value(value, /*defaulted=*/false));
  }
  TrainOptions changed = read_train_options(arguments);
  changed.set_task(options.task);
  return changed;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
