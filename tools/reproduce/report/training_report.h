#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/experiment_file.h"
#include "tools/reproduce/report/published.h"
#include "tools/reproduce/report/runs.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// One of the four experiments that train, as its parts need it.
struct TrainingResults {
  ExperimentFile experiment = {};
  const PublishedTraining* paper = nullptr;
  std::vector<MethodRuns> methods = {};
  double plateau = 0;

  /// nullptr where the experiment does not have it.
  [[nodiscard]] const MethodRuns* find(const std::string& method) const;
  /// Of a solver and one it stands against, for every curvature that has both.
  [[nodiscard]] std::vector<Comparison> pairs(const std::string& solver, const std::string& other) const;
};

/// Throws Error with the path of a file that cannot be read.
Document training_report(const std::filesystem::path& folder, ExperimentFile experiment);

/// The parts of it. Each claim of the paper with what came of it here:
void add_claims(Document& document, const TrainingResults& results);
/// Curves against seconds, then against epochs, with the paper's words and ours:
void add_curves(Document& document, const TrainingResults& results);
/// Losses, accuracies and times by method, then who is ahead in pairs:
void add_results(Document& document, const TrainingResults& results);
void add_comparisons(Document& document, const TrainingResults& results);
/// Of KFI by equation 13 and exact, where the experiment has it:
void add_stability(Document& document, const TrainingResults& results);
/// Settings and what was looked for, runs without an end and what they said:
void add_settings(Document& document, const std::filesystem::path& folder, const TrainingResults& results);
void add_search(Document& document, const std::filesystem::path& folder);
void add_unfinished(Document& document, const TrainingResults& results);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
