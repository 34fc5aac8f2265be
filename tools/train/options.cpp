#include "tools/train/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <functional>
#include <string_view>

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <fmt/ostream.h>

#include "framework/error.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "tools/train/option_table.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

namespace po = boost::program_options;

struct DatasetDefaults {
  std::string_view dataset;
  const char* data;  // nullptr: no folder that a package would install
  std::string_view layers;
};

constexpr std::array kDefaults{
    DatasetDefaults{"fashion-mnist", "/usr/share/datasets/fashion-mnist", "784-512-256-128-64-32-16-10"},
    DatasetDefaults{"cifar-10", nullptr, "cifar-10"},
};

po::variables_map read(int argc, const char* const* argv, const po::options_description& described) {
  po::variables_map values;
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const po::parsed_options parsed = po::command_line_parser(argc, argv).options(described).style(style).run();
    for (const po::option& option : parsed.options) {
      if (option.string_key.empty()) {  // a word that belongs to no option, which po::store would ignore
        throw UsageError(fmt::format("found '{}', expected options only; --help lists them", option.value.front()));
      }
    }
    po::store(parsed, values);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; --help lists the options", error.what()));
  }
  if (!values.contains("config")) return values;
  const std::string path = values["config"].as<std::string>();
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    throw UsageError(fmt::format("--config {}: cannot be read, expected a file", path));
  }
  try {
    po::store(po::parse_config_file(file, described), values);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("--config {}: {}; --help lists the options", path, error.what()));
  }
  return values;
}

/// The values of options that are text, with their names in the messages.
class Values {
 public:
  explicit Values(const po::variables_map& values) : values_(values) {}

  [[nodiscard]] bool given(const char* option) const {
    return values_.contains(option) && !values_[option].defaulted();
  }
  [[nodiscard]] std::string text(const char* option) const { return values_[option].as<std::string>(); }

  template <class T>
  [[nodiscard]] T number(const char* option, const char* expected, const std::function<bool(T)>& fits) const {
    const std::string found = text(option);
    T value{};
    const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error != std::errc{} || end != found.data() + found.size() || !fits(value)) {
      throw UsageError(fmt::format("--{}: found '{}', expected {}", option, found, expected));
    }
    return value;
  }
  [[nodiscard]] int count(const char* option) const {
    return number<int>(option, "a whole number from 1 to 2147483647", [](int n) { return n >= 1; });
  }

  /// look_up throws UsageError for an unknown name; the message gets the option's.
  template <class LookUp>
  [[nodiscard]] auto named(const char* option, const LookUp& look_up) const {
    try {
      return look_up(text(option));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("--{}: {}", option, error.what()));
    }
  }

  void refuse(const char* option, std::string_view optimizer) const {
    if (!given(option)) return;
    throw UsageError(
        fmt::format("--{}: has no effect with --optimizer {}, expected to be left out", option, optimizer));
  }

 private:
  const po::variables_map& values_;
};

void read_optimizer(const Values& values, TrainOptions& options) {
  const std::string optimizer = values.text("optimizer");
  if (optimizer != "second-order" && optimizer != "sgd") {
    throw UsageError(fmt::format("--optimizer: found '{}', expected second-order or sgd", optimizer));
  }
  options.second_order = optimizer == "second-order";
  if (options.second_order) {
    values.refuse("momentum", optimizer);
  } else {
    for (const char* option : {"curvature", "solver", "alpha", "max-cg", "cg-tolerance"}) {
      values.refuse(option, optimizer);
    }
  }
  options.curvature = values.named("curvature", [](const auto& name) { return &curvature(name); });
  options.solver = values.named("solver", [](const auto& name) { return &weight_solver(name); });
  options.learning_rate = values.number<double>("learning-rate", "a number above 0 and below 1e6",
                                                [](double x) { return x > 0 && x < 1e6; });
  options.momentum = values.number<double>("momentum", "a number in [0, 1)", [](double x) { return x >= 0 && x < 1; });
  options.alpha = values.number<double>("alpha", "a number in (0, 1]", [](double x) { return x > 0 && x <= 1; });
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
  if (second_order) {
    settings.insert({{"curvature", std::string(curvature->name)},
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
  const po::options_description described = train_option_table();
  const po::variables_map map = read(argc, argv, described);
  if (map.contains("help")) {
    fmt::print("{}\n{}", train_synopsis(), fmt::streamed(described));
    return std::nullopt;
  }
  const Values values(map);
  TrainOptions options;
  options.dataset = values.named("dataset", [](const auto& name) { return &dataset_format(name); });
  const auto* defaults = std::ranges::find(kDefaults, options.dataset->name, &DatasetDefaults::dataset);
  if (values.given("data")) {
    options.data = values.text("data");
  } else if (defaults->data != nullptr) {
    options.data = defaults->data;
  } else {
    throw UsageError(fmt::format("--data: missing, expected the folder of {}", options.dataset->name));
  }
  options.normalize = values.named("normalize", normalize_from_name);
  options.layers = values.given("layers") ? values.named("layers", parse_layers) : parse_layers(defaults->layers);
  options.activation = values.named("activation", [](const auto& name) { return &activation(name); });
  options.criterion = values.named("criterion", [](const auto& name) { return &criterion(name); });
  read_optimizer(values, options);
  options.batch_size = values.count("batch-size");
  options.epochs = values.count("epochs");
  options.seed = values.number<std::uint64_t>("seed", "a whole number from 0 to 2^64 - 1", [](auto) { return true; });
  options.threads = !values.given("threads") ? threads()
                                             : values.number<int>("threads", "a whole number from 1 to 1024",
                                                                  [](int n) { return n >= 1 && n <= 1024; });
  if (!values.given("output")) throw UsageError("--output: missing, expected the folder to write results to");
  options.output = values.text("output");
  if (values.given("resume")) options.resume = values.text("resume");
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
