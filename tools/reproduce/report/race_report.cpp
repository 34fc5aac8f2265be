#include "tools/reproduce/report/race_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/reproduce/files.h"
#include "tools/reproduce/report/race_results.h"
#include "tools/reproduce/report/race_tables.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kDefault = "default";

bool any(const RaceResults& results, const std::string& section) {
  return std::ranges::any_of(results.tasks, [&](const auto& task) { return task.sections.contains(section); });
}

void add_rules(Document& document, const RaceResults& results) {
  document.section("The rules");
  std::vector<std::string> rules{
      "Target: the lowest loss over the training set, L\\*, that this program's Adam reaches in a number of epochs "
      "with "
      "batches of 100 and the best of a few learning rates, found by successive thirds. It was fixed before any other "
      "search. With L₀ the loss of the best constant output, which is the plateau that deep networks start from, "
      "80 % of the way are behind at L₀ - 0.8 (L₀ - L\\*).",
      fmt::format(
          "Tuning: every contestant that is tuned had {} trials of {:g} s of training, fewer where its grid has "
          "no more points, the same seed in all; that which was at the target first was chosen, and where "
          "none was, that with the lowest training loss at their end, between epochs by interpolation. The default is "
          "not tuned: no option about the optimizer is given.",
          results.trials, results.trial_seconds),
      fmt::format("Runs: one after the other, in turns by seed. A run ends with the first epoch whose loss over the "
                  "whole training set is at most the target, or that ends after {:g} s; what is reached later does not "
                  "count. Seconds are of training alone, without loading and evaluation; they have the resolution of "
                  "epochs.",
                  results.limit),
      "Medians and ranges are over seeds; a seed that does not get there counts as one that takes for ever, and '-' "
      "stands where the median seed does not. Rivals are all contestants but the default; ratios are of medians, and "
      "below 1 is faster than the best rival. Test: median over seeds, where runs ended."};
  document.list(rules);
}

void add_fairness(Document& document, const RaceResults& results) {
  document.section("What is fair to say");
  std::vector<std::string> points{
      "Both sides have the same files, normalisation of inputs and targets, initialisation (Xavier, uniform), "
      "precision, threads and "
      "definition of the loss. Random numbers are each side's own, so the same seed is not the same network.",
      "PyTorch's side holds the data as one normalised float tensor and its SGD and Adam are fused; this program makes "
      "each batch of bytes in its clock. torch.compile is not used. Two steps before the clock starts pay for what "
      "PyTorch loads first.",
      "Learning rates are constant for all that are tuned, and there is no weight decay. SOAP is that of "
      "pytorch-optimizer, K-FAC that of ASDL (empirical Fisher, momentum 0.9); other implementations may be faster.",
      "Budgets are small: a longer search, a schedule, or another grid could do more for the tuned, the default "
      "included."};
  for (const auto& [entrant, reason] : results.left_out) {
    points.push_back(fmt::format("Left out: {}: {}", code(entrant), escaped(reason)));
  }
  document.list(points);
}

void add_figures(Document& document, const RaceTaskResults& task, const std::string& section) {
  for (const bool against_seconds : {true, false}) {
    const Plot plot = race_plot(task, section, against_seconds);
    document.figure(plot, plot.title + ". Medians over seeds, up to the last epoch that all have; thin: each seed.");
  }
}

void add_race(Document& document, const RaceTaskResults& task, const RaceResults& results) {
  document.section(escaped(task.title));
  std::string text = fmt::format("Data: {}. {}.", escaped(task.data), spoken_settings(task.options));
  if (task.target) {
    text += fmt::format(" Plateau {:.5g}, 80 % of the way {:.5g}, target {:.5g} (Adam, {} epochs, learning rate {}).",
                        task.target->plateau, task.target->partial(), task.target->full(), task.target->epochs,
                        escaped(task.target->learning_rate));
  }
  document.paragraph(text);
  const auto race = task.sections.find("race");
  if (race != task.sections.end()) {
    document.table(race_table(task, race->second, results.limit, kDefault));
    add_figures(document, task, "race");
  }
  const auto leave_one_out = task.sections.find("leave-one-out");
  if (leave_one_out != task.sections.end()) {
    document.subsection("The default with one device changed");
    document.table(leave_one_out_table(task, leave_one_out->second, results.limit, kDefault));
    add_figures(document, task, "leave-one-out");
  }
  const auto ranks = task.sections.find("ranks");
  if (ranks != task.sections.end()) {
    document.subsection("Rank of EA-CG");
    document.table(ranks_table(ranks->second));
    add_figures(document, task, "ranks");
  }
}

void add_trials(Document& document, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "search.json";
  if (!std::filesystem::exists(path)) return;
  document.section("The search");
  Table table({"task", "contestant", "settings", ">s to target", ">training loss", ">epochs", "outcome", "message"});
  read_json(path, [&](const nlohmann::json& file) {
    for (const auto& [task, entrants] : file.items()) {
      for (const auto& [entrant, found] : entrants.items()) {
        bool chosen = true;
        for (const nlohmann::json& trial : found.at("trials")) {
          const nlohmann::json& loss = trial.at("train_loss");  // null: not finite, which JSON cannot say
          const nlohmann::json& seconds = trial.at("seconds_to_target");
          const std::string outcome = trial.at("outcome");
          table.add({escaped(task), escaped(entrant), spoken_settings(trial.at("settings")),
                     seconds.is_null() ? "-" : fmt::format("{:.2f}", seconds.get<double>()),
                     loss.is_null() ? "-" : fmt::format("{:.5g}", loss.get<double>()),
                     fmt::format("{}", trial.at("epochs").get<int>()),
                     chosen ? "chosen" : (outcome == "failed" ? "failed" : "dropped"),
                     escaped(trial.at("message").get<std::string>())});
          chosen = false;
        }
      }
    }
    return 0;
  });
  document.table(table);
}

void add_unreached(Document& document, const RaceResults& results) {
  Table table({"task", "who", ">seed", "outcome", ">epochs", ">seconds", ">training loss", "message"});
  for (const RaceTaskResults& task : results.tasks) {
    for (const auto& [section, entrants] : task.sections) add_unfinished_runs(table, task, entrants);
  }
  document.section("Runs that did not reach their target");
  if (table.empty()) {
    document.paragraph("None: all of them did.");
  } else {
    document.table(table);
  }
}

/// The whole of what the default was told.
std::string default_command(const RaceResults& results) {
  for (const RaceTaskResults& task : results.tasks) {
    for (const auto& [section, entrants] : task.sections) {
      const auto found = std::ranges::find(entrants, kDefault, &RaceEntrant::id);
      if (found != entrants.end() && !found->runs.empty() && !found->runs.front().command.empty()) {
        return found->runs.front().command;
      }
    }
  }
  return "";
}

constexpr const char* kArm =
    "Joint angles uniform over the circle, velocities in ±4 rad/s, accelerations in ±10 rad/s²; torques by the rigid "
    "body equations of a two-link arm in a vertical plane, with viscous and Coulomb friction. Inputs are sin and cos "
    "of "
    "the angles, velocities and accelerations, of mean 0 and deviation 1; torques are scaled to deviation 1. "
    "Training targets have normal noise of deviation 0.05, and those of the outliers are off by 5 to 15 either way; "
    "test targets are the arm's own. Losses are of targets that both sides standardise: by mean and standard deviation "
    "for squared error, by median and median absolute deviation for Tukey's biweight. With squared error most of the "
    "loss is the outliers, which can only be learnt by "
    "heart: its way to the target is short, and the test tells what came of it.";

}  // namespace

Document race_report(const std::filesystem::path& folder, const ExperimentFile& experiment) {
  const RaceResults results = read_race(folder);
  Document document("Time to target");
  document.paragraph(
      "Seconds and epochs that optimizers take to a training loss: this program's second-order default, untouched, "
      "against tuned first-order methods here and in PyTorch, and PyTorch's second-order ones.");
  if (any(results, "race") || any(results, "leave-one-out")) add_rules(document, results);
  for (const RaceTaskResults& task : results.tasks) add_race(document, task, results);
  add_fairness(document, results);
  add_unreached(document, results);
  add_trials(document, folder);
  if (std::ranges::any_of(results.tasks, [](const auto& task) { return task.id.starts_with("arm"); })) {
    document.section("The arm's data");
    document.paragraph(kArm);
  }
  if (const std::string command = default_command(results); !command.empty()) {
    document.section("What the default was told");
    document.paragraph(code(command));
  }
  if (!results.versions.empty()) {
    document.section("PyTorch's side");
    Table table({"", ""});
    for (const auto& [name, version] : results.versions) table.add({escaped(name), escaped(version)});
    document.table(table);
  }
  add_how_it_was_run(document, experiment);
  return document;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
