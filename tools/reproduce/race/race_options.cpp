#include "tools/reproduce/race/race_options.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/error.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/reproduce/child_process.h"
#include "tools/reproduce/word_list.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kRaceSynopsis =
    "reproduce race --data DIR --output DIR [option ...]\n"
    "\n"
    "Time to a training loss: this program's second-order default, untouched, against tuned SGD and Adam, here and in\n"
    "PyTorch, and PyTorch's SOAP and K-FAC. The loss is what tuned Adam reaches, fixed before anything is searched "
    "for.\n"
    "Runs go one after the other. Needs gnuplot and cmark-gfm (Debian packages gnuplot-nox, cmark-gfm) for the "
    "report.\n"
    "DIR/race holds\n"
    "  report.html, report.md  tables, curves and what they say\n"
    "  targets.json            the losses to reach\n"
    "  search.json             the trials of each contestant and what was chosen\n"
    "  runs/TASK/CONTESTANT    metrics.csv and run.json of each seed; leave-one-out and ranks likewise\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 Adam finds no target.\n";

std::string ids_of(const auto& entries) {
  std::string text;
  for (const auto& entry : entries) text += (text.empty() ? "" : ",") + entry.id;
  return text;
}

boost::program_options::options_description race_options() {
  OptionGroup data("Data");
  data.add("data", "DIR", kNoDefault,
           "CIFAR-10: its binary files, or a folder train/CLASS/ and val/CLASS/ or test/CLASS/ of images; required for "
           "the task cifar-10");
  data.add("fashion", "DIR", dataset_defaults(dataset_format("fashion-mnist")).data, "Fashion-MNIST's IDX files");
  data.add("arm-samples", "N", "40000", "for training, of the arm's generated data, from 4; the test has a quarter");

  OptionGroup race("Race");
  race.add("tasks", "LIST", ids_of(race_tasks()).c_str(), "with commas between");
  race.add("contestants", "LIST", kNoDefault, "with commas between, by default all: " + ids_of(contestants()));
  race.add_flag("leave-one-out", "race the default with each of its devices changed in turn instead");
  race.add("ranks", "LIST", kNoDefault,
           "run EA-CG of these ranks, from 1 and with commas between, and CG instead, to equal epochs");

  OptionGroup budgets("Budgets");
  budgets.add("trials", "N", "8", "for each contestant that is tuned, from 1");
  budgets.add("trial-seconds", "SECONDS", "30", "of training in a trial, without evaluation");
  budgets.add("seeds", "LIST", "1,2,3", "a run for each of these, with commas between; trials have the first");
  budgets.add("limit", "SECONDS", "300", "of training in a run, without evaluation");
  budgets.add("target-epochs", "N", "30", "of Adam, for the target, from 1");
  budgets.add("epochs", "N", kNoDefault, "of a run at most, by default 1000; with --ranks of every run, by default 10");

  OptionGroup programs("Programs");
  programs.add("train", "FILE", kNoDefault, "tools/train, by default the one beside this program");
  programs.add("python", "FILE", "python3", "with PyTorch; what its packages do not allow is left out and named");
  programs.add("peers", "FILE", "tools/peers/train.py", "the program of PyTorch's side");
  programs.add("threads", "N", kNoDefault, "processor threads of every run, from 1; by default all");

  OptionGroup results("Results");
  results.add("output", "DIR", kNoDefault,
              "the folder race is made there; given again, the same command keeps finished runs and continues "
              "interrupted ones; required");
  return option_table({&data, &race, &budgets, &programs, &results});
}

double seconds(const ArgumentValues& values, const char* option) {
  return values.number<double>(option, "a number of seconds above 0 and below 1e6",
                               [](double x) { return x > 0 && x < 1e6; });
}

void read_entrants(const ArgumentValues& values, RaceOptions& options) {
  const bool ranks = values.given("ranks");
  const bool leave_one_out = values.flag("leave-one-out");
  if (ranks && leave_one_out) values.refuse("ranks", "--leave-one-out");
  if (ranks || leave_one_out) {
    for (const char* option : {"contestants", "trials", "trial-seconds"}) {
      values.refuse(option, ranks ? "--ranks" : "--leave-one-out");
    }
  }
  if (ranks) {
    values.refuse("limit", "--ranks");
    options.section = RaceOptions::Section::Ranks;
    options.entrants =
        rank_entrants(values.named("ranks", [](const std::string& text) { return read_list(text, numbers_from(1)); }));
  } else if (leave_one_out) {
    options.section = RaceOptions::Section::LeaveOneOut;
    options.entrants.assign(leave_one_out_entrants().begin(), leave_one_out_entrants().end());
  } else if (values.given("contestants")) {
    options.entrants = values.named("contestants", [](const std::string& text) {
      return read_list(text, [](const std::string& id) { return contestant(id); });
    });
  } else {
    options.entrants.assign(contestants().begin(), contestants().end());
  }
}

}  // namespace

std::string name(RaceOptions::Section section) {
  switch (section) {
    case RaceOptions::Section::LeaveOneOut:
      return "leave-one-out";
    case RaceOptions::Section::Ranks:
      return "ranks";
    case RaceOptions::Section::Race:
      break;
  }
  return "race";
}

std::optional<RaceOptions> parse_race_options(int argc, const char* const* argv) {
  const auto described = race_options();
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, kRaceSynopsis, described)) return std::nullopt;
  const ArgumentValues values(map);
  RaceOptions options;
  options.command = fmt::format("reproduce {}", fmt::join(argv, argv + argc, " "));
  options.output = std::filesystem::path(values.required("output", "the folder for the results")) / "race";
  options.tasks = values.named("tasks", [](const std::string& text) {
    return read_list(text, [](const std::string& id) { return &race_task(id); });
  });
  read_entrants(values, options);
  const bool ranks = options.section == RaceOptions::Section::Ranks;
  options.seeds = values.named("seeds", [](const std::string& text) { return read_list(text, numbers_from(0)); });
  options.trials = values.count("trials");
  options.trial_seconds = seconds(values, "trial-seconds");
  options.limit = seconds(values, "limit");
  options.target_epochs = values.count("target-epochs");
  options.epochs = values.given("epochs") ? values.count("epochs") : (ranks ? 10 : 1000);
  options.threads = values.threads();
  if (values.given("data")) options.data.cifar = values.text("data");
  options.data.fashion = values.text("fashion");
  options.data.made = options.output / "data";
  options.data.arm_samples = values.number<int>("arm-samples", "a whole number from 4", [](int n) { return n >= 4; });
  options.train = values.given("train") ? std::filesystem::path(values.text("train")) : sibling_program("train");
  options.python = values.text("python");
  options.python_given = values.given("python");
  options.peers = values.text("peers");
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
