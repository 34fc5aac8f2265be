#include "tools/reproduce/training_options.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/error.h"
#include "models/mlp.h"
#include "tools/command_line/arguments.h"
#include "tools/reproduce/word_list.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

boost::program_options::options_description option_table_of(const Experiment& experiment) {
  OptionGroup data("Data");
  data.add("data", "DIR", kNoDefault,
           "the images: a folder train/CLASS/ and val/CLASS/ or test/CLASS/ of JPEG and PNG files, or CIFAR-10's "
           "binary files; required");
  data.add("layers", "SIZES", std::string(experiment.layers).c_str(),
           "of the network; another than the paper's fits other data");

  OptionGroup runs("Runs");
  runs.add("methods", "LIST", kNoDefault,
           fmt::format("with commas between, by default all:\n{}", fmt::join(ids(experiment.methods), "\n")));
  runs.add("seeds", "LIST", "1", "a run of each method for each of these, with commas between");
  runs.add("epochs", "N", "40", "of every run, from 1; the paper's are 200");
  runs.add("budget", "MINUTES", kNoDefault,
           "for all runs, with what earlier calls took, in equal parts: each ends with the epoch before its part is "
           "used up, but not before its first");
  runs.add("threads", "N", kNoDefault, "processor threads, from 1; by default all");

  OptionGroup settings("Settings of the methods");
  settings.add("search", "N", kNoDefault,
               "first look for the best of the paper's grid by training loss, for each method: N settings by "
               "successive halving, or 'full' for the whole grid at all epochs. What is found is written to "
               "settings.json and used from then on");
  settings.add("settings", "FILE", kNoDefault,
               "take them from this settings.json, of an earlier search or edited by hand; methods it does not name "
               "get the default");

  OptionGroup results("Results");
  results.add("output", "DIR", kNoDefault,
              "the experiment's folder is made there, with report.html and report.md; given again, the same command "
              "keeps finished runs and continues interrupted ones; required");
  return option_table({&data, &runs, &settings, &results});
}

std::string synopsis(const Experiment& experiment) {
  return fmt::format(
      "reproduce {0} --data DIR --output DIR [option ...]\n"
      "\n"
      "{1}. Trains every method and puts the curves beside the paper's\n"
      "claims. Needs gnuplot and cmark-gfm (Debian packages gnuplot-nox, cmark-gfm) for the report. DIR/{0} holds\n"
      "  report.html, report.md  curves, tables and what they say\n"
      "  settings.json           the settings of each method\n"
      "  runs/METHOD/seed-N      what tools/train wrote, and run.json with the command\n"
      "  search                  the same of every trial of a search\n"
      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 no setting of a method trains.\n",
      experiment.name, experiment.description);
}

Method method_of(const Experiment& experiment, const std::string& id) {
  const auto found = std::ranges::find(experiment.methods, id, &Method::id);
  if (found != experiment.methods.end()) return *found;
  throw UsageError(fmt::format("found '{}', expected some of {}", id, fmt::join(ids(experiment.methods), ", ")));
}

}  // namespace

std::optional<TrainingOptions> parse_training_options(const Experiment& experiment, int argc, const char* const* argv) {
  const auto described = option_table_of(experiment);
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, synopsis(experiment), described)) return std::nullopt;
  const ArgumentValues values(map);
  TrainingOptions options;
  options.experiment = &experiment;
  options.command = fmt::format("reproduce {} {}", experiment.name, fmt::join(argv + 1, argv + argc, " "));
  options.data = values.required("data", "the folder of the images");
  options.output = std::filesystem::path(values.required("output", "the folder for the results")) / experiment.name;
  options.layers = values.named("layers", parse_layers);
  options.methods = experiment.methods;
  if (values.given("methods")) {
    options.methods = values.named("methods", [&](const std::string& text) {
      return read_list(text, [&](const std::string& id) { return method_of(experiment, id); });
    });
  }
  options.seeds = values.named("seeds", [](const std::string& text) { return read_list(text, numbers_from(0)); });
  options.epochs = values.count("epochs");
  if (values.given("budget")) {
    options.budget_minutes = values.number<double>("budget", "a number of minutes above 0 and below 1e6",
                                                   [](double x) { return x > 0 && x < 1e6; });
  }
  options.search = values.given("search");
  if (options.search && values.text("search") != "full") {
    options.trials = values.number<int>("search", "a whole number from 2, or full", [](int n) { return n >= 2; });
  }
  if (values.given("settings")) {
    if (options.search) values.refuse("settings", "--search");
    options.settings = values.text("settings");
  }
  options.threads = values.threads();
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
