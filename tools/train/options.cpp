#include "tools/train/options.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "framework/error.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/train/option_table.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void read_optimizer(const ArgumentValues& values, TrainOptions& options) {
  const std::string optimizer = values.text("optimizer");
  if (optimizer != "second-order" && optimizer != "sgd") {
    throw UsageError(fmt::format("--optimizer: found '{}', expected second-order or sgd", optimizer));
  }
  options.second_order = optimizer == "second-order";
  if (options.second_order) {
    values.refuse("momentum", "--optimizer " + optimizer);
  } else {
    for (const char* option : {"curvature", "curvature-every", "solver", "alpha", "max-cg", "cg-tolerance"}) {
      values.refuse(option, "--optimizer " + optimizer);
    }
  }
  options.curvature = values.named("curvature", [](const auto& name) { return &curvature(name); });
  options.solver = values.named("solver", [](const auto& name) { return &weight_solver(name); });
  options.learning_rate = values.number<double>("learning-rate", "a number above 0 and below 1e6",
                                                [](double x) { return x > 0 && x < 1e6; });
  options.momentum = values.number<double>("momentum", "a number in [0, 1)", [](double x) { return x >= 0 && x < 1; });
  options.alpha = values.number<double>("alpha", "a number in (0, 1]", [](double x) { return x > 0 && x <= 1; });
  options.curvature_every = values.count("curvature-every");
  options.cg.max_iterations = values.count("max-cg");
  options.cg.tolerance =
      values.number<double>("cg-tolerance", "a number in [0, 1)", [](double x) { return x >= 0 && x < 1; });
  if (options.second_order && options.curvature->criterion == CriterionBlock::RequireConvex &&
      !options.criterion->convex) {
    throw UsageError(fmt::format("--curvature {}: needs a convex criterion, found --criterion {}, which is not",
                                 options.curvature->name, options.criterion->name));
  }
}

}  // namespace

std::map<std::string, std::string> TrainOptions::settings() const {
  std::map<std::string, std::string> settings{
      {"dataset", std::string(dataset->name)},
      {"normalize", std::string(name(normalize))},
      {"layers", format_layers(layers)},
      {"activation", std::string(activation->name)},
      {"criterion", std::string(criterion->name)},
      {"optimizer", second_order ? "second-order" : "sgd"},
      {"learning-rate", fmt::format("{}", learning_rate)},
      {"batch-size", fmt::format("{}", batch_size)},
      {"seed", fmt::format("{}", seed)},
      {"threads", fmt::format("{}", threads)},
  };
  // skip_broken is none: where it makes a difference, there is no run without it.
  if (dataset->image_files) settings.insert({"image-size", fmt::format("{}", data_options.image_size)});
  if (second_order) {
    settings.insert({{"curvature", std::string(curvature->name)},
                     {"curvature-every", fmt::format("{}", curvature_every)},
                     {"solver", std::string(solver->name)},
                     {"alpha", fmt::format("{}", alpha)},
                     {"max-cg", fmt::format("{}", cg.max_iterations)},
                     {"cg-tolerance", fmt::format("{}", cg.tolerance)}});
  } else {
    settings.insert({"momentum", fmt::format("{}", momentum)});
  }
  return settings;
}

std::optional<TrainOptions> parse_train_options(int argc, const char* const* argv) {
  const auto described = train_option_table();
  const auto map = read_arguments(argc, argv, described);
  if (map.contains("help")) {
    fmt::print("{}\n{}", train_synopsis(), fmt::streamed(described));
    return std::nullopt;
  }
  const ArgumentValues values(map);
  TrainOptions options;
  options.dataset = &dataset_option(values);
  options.data = data_option(values, *options.dataset);
  options.data_options = image_options(values, *options.dataset);
  options.normalize = values.named("normalize", normalize_from_name);
  if (values.given("layers")) {
    options.layers = values.named("layers", parse_layers);
  } else if (const auto layers = dataset_defaults(*options.dataset).layers; !layers.empty()) {
    options.layers = parse_layers(layers);
  }
  options.activation = values.named("activation", [](const auto& name) { return &activation(name); });
  options.criterion = values.named("criterion", [](const auto& name) { return &criterion(name); });
  read_optimizer(values, options);
  options.batch_size = values.count("batch-size");
  options.epochs = values.count("epochs");
  options.seed = values.seed();
  options.threads = values.threads();
  options.output = values.required("output", "the folder to write results to");
  if (values.given("resume")) options.resume = values.text("resume");
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
