#include "tools/reproduce/report/training_report.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "framework/error.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kGaussNewton =
    "Gauss-Newton is left out, as in the paper: the criterion of equation 14 is not convex, so its block at the last "
    "layer is indefinite, and so is what Gauss-Newton makes of it at the others; damping does not turn that into a "
    "metric, and its update need not be a descent direction.";

std::string state_of_runs(const TrainingResults& results) {
  MethodRuns all;
  for (const MethodRuns& method : results.methods) {
    all.runs.insert(all.runs.end(), method.runs.begin(), method.runs.end());
  }
  const auto counted = [](std::size_t count, const char* noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
  };
  return fmt::format("{} of {}: {}.", counted(all.runs.size(), "run"), counted(results.methods.size(), "method"),
                     all.outcomes());
}

}  // namespace

const MethodRuns* TrainingResults::find(const std::string& method) const {
  const auto found = std::ranges::find(methods, method, &MethodRuns::method);
  return found == methods.end() ? nullptr : &*found;
}

std::vector<Comparison> TrainingResults::pairs(const std::string& solver, const std::string& other) const {
  std::vector<Comparison> all;
  for (const MethodRuns& first : methods) {
    if (!first.method.ends_with("+" + solver)) continue;
    const MethodRuns* const second = find(first.method.substr(0, first.method.size() - solver.size()) + other);
    if (second != nullptr) all.push_back(compare(first, *second, plateau));
  }
  return all;
}

Document training_report(const std::filesystem::path& folder, ExperimentFile experiment) {
  TrainingResults results{.experiment = std::move(experiment)};
  const ExperimentFile& asked = results.experiment;
  results.paper = published_training(asked.name);
  if (results.paper == nullptr) {
    throw Error(fmt::format("{}: experiment: found '{}', expected one that trains", folder.string(), asked.name));
  }
  results.methods = read_runs(folder, asked);
  results.plateau = plateau_loss(asked.criterion, asked.classes());

  Document document{std::string(results.paper->title)};
  document.paragraph(fmt::format(
      "Network {}, criterion {}; {} epochs where the paper has 200. {} The paper shows its results as curves and has "
      "no tables of losses, accuracies or times: its claims are set against ours in words.{}",
      escaped(asked.network), escaped(asked.criterion), asked.epochs, state_of_runs(results),
      data_note(asked.lossy_jpeg)));
  if (asked.criterion == "bounded") document.paragraph(kGaussNewton);
  add_claims(document, results);
  add_curves(document, results);
  add_results(document, results);
  add_comparisons(document, results);
  add_stability(document, results);
  add_unfinished(document, results);
  add_settings(document, folder, results);
  add_search(document, folder);
  add_how_it_was_run(document, asked);
  return document;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
