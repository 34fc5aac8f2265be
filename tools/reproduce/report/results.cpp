#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tools/reproduce/report/training_report.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

/// "1.234", or with the standard deviation over several seeds, "1.234 ± 0.012".
std::string shown(const std::vector<double>& values, int digits) {
  const double mean = spread(values).mean;
  if (values.size() == 1) return fmt::format("{:.{}f}", mean, digits);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return fmt::format("{:.{}f} ± {:.{}f}", mean, digits, std::sqrt(squares / static_cast<double>(values.size() - 1)),
                     digits);
}

/// `value` of each run.
template <class Value>
std::vector<double> of_each(const std::vector<const Run*>& runs, const Value& value) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Run* run : runs) values.push_back(value(*run));
  return values;
}

double lowest_loss(const Run& run) { return std::ranges::min_element(run.epochs, {}, &Epoch::train_loss)->train_loss; }
double best_accuracy(const Run& run) {
  return std::ranges::max_element(run.epochs, {}, &Epoch::test_accuracy)->test_accuracy;
}

std::string epochs_of(const std::vector<const Run*>& runs) {
  const Spread of = spread(of_each(runs, [](const Run& run) { return run.epochs.back().epoch; }));
  return of.low == of.high ? fmt::format("{:.0f}", of.low) : fmt::format("{:.0f} to {:.0f}", of.low, of.high);
}

std::string ratio(double first, double second) { return second > 0 ? fmt::format("{:.2f}", first / second) : "-"; }

std::string who(Ahead ahead) {
  switch (ahead) {
    case Ahead::First:
      return "1st";
    case Ahead::Second:
      return "2nd";
    case Ahead::Even:
      return "even";
    default:
      return "-";
  }
}

/// The furthest that a run's training loss was above its lowest so far.
struct Rise {
  double by = 0;
  int epoch = 0;
};

Rise largest_rise(const Run& run) {
  Rise largest;
  double lowest = std::numeric_limits<double>::infinity();
  for (const Epoch& epoch : run.epochs) {
    lowest = std::fmin(lowest, epoch.train_loss);
    const double by = epoch.train_loss - lowest;
    if (!(by <= largest.by)) largest = {.by = by, .epoch = epoch.epoch};
  }
  return largest;
}

}  // namespace

void add_results(Document& document, const TrainingResults& results) {
  document.section("Results by method");
  Table table({"method", "runs", ">epochs", ">s per epoch", ">lowest train loss", ">last train loss",
               ">best test acc. %", ">last test acc. %"});
  for (const MethodRuns& method : results.methods) {
    const std::vector<const Run*> runs = method.counted();
    if (runs.empty()) {
      table.add({method_title(method.method), method.outcomes(), "-", "-", "-", "-", "-", "-"});
      continue;
    }
    const auto column = [&](const auto& value, int digits) { return shown(of_each(runs, value), digits); };
    table.add({method_title(method.method), method.outcomes(), epochs_of(runs),
               column([](const Run& run) { return run.epochs.back().seconds / run.epochs.back().epoch; }, 2),
               column(lowest_loss, 4), column([](const Run& run) { return run.epochs.back().train_loss; }, 4),
               column([](const Run& run) { return 100 * best_accuracy(run); }, 2),
               column([](const Run& run) { return 100 * run.epochs.back().test_accuracy; }, 2)});
  }
  document.table(table);
  document.paragraph(
      "Means over the seeds' runs ± their standard deviation. Seconds are of training, without evaluation. Runs that "
      "failed count only where all of a method's did.");
}

void add_comparisons(Document& document, const TrainingResults& results) {
  std::vector<Comparison> all = results.pairs("ea-cg", "kfi");
  for (const Comparison& each : results.pairs("ea-cg", "kfi-rank-one")) all.push_back(each);
  if (const MethodRuns* const sgd = results.find("sgd"); sgd != nullptr) {
    for (const MethodRuns& method : results.methods) {
      if (method.method.ends_with("+ea-cg")) all.push_back(compare(method, *sgd, results.plateau));
    }
  }
  if (all.empty()) return;
  document.section("Pairs");
  Table table({"first", "second", ">common loss", ">s, 1st", ">s, 2nd", ">ratio", "ahead", ">epochs, 1st",
               ">epochs, 2nd", ">ratio", "ahead", "acc."});
  std::vector<std::string> remarks;
  for (const Comparison& pair : all) {
    std::vector<std::string> cells{method_title(pair.first), method_title(pair.second)};
    const auto add = [&](std::string cell) { cells.push_back(pair.common_target ? std::move(cell) : "-"); };
    add(fmt::format("{:.4f}", pair.target));
    add(fmt::format("{:.1f}", pair.first_at.seconds));
    add(fmt::format("{:.1f}", pair.second_at.seconds));
    add(ratio(pair.first_at.seconds, pair.second_at.seconds));
    cells.push_back(who(pair.in_seconds));
    add(fmt::format("{}", pair.first_at.epoch));
    add(fmt::format("{}", pair.second_at.epoch));
    add(ratio(pair.first_at.epoch, pair.second_at.epoch));
    for (const Ahead ahead : {pair.in_epochs, pair.in_accuracy}) cells.push_back(who(ahead));
    if (!pair.remark.empty()) {
      remarks.push_back(
          fmt::format("{} and {}: {}.", method_title(pair.first), method_title(pair.second), pair.remark));
    }
    table.add(std::move(cells));
  }
  document.table(table);
  if (!remarks.empty()) document.list(remarks);
  document.paragraph(
      "By the rule under the claims: who is ahead in seconds, by epochs, and in the best test accuracy.");
}

void add_stability(Document& document, const TrainingResults& results) {
  if (results.pairs("kfi-rank-one", "kfi").empty()) return;
  document.section("Stability of KFI by equation 13");
  document.paragraph(
      "The paper could not hold the first layer's factor and used equation 13 there, of which it says that it is not "
      "stable for other data and models. Here KFI works in the batch's space, which is exact and holds no such factor; "
      "equation 13, at every layer, stands beside it.");
  Table table({"method", "runs", ">largest rise of the loss", ">epoch", "verdict"});
  for (const MethodRuns& method : results.methods) {
    if (!method.method.ends_with("+kfi") && !method.method.ends_with("+kfi-rank-one")) continue;
    Rise largest;
    bool rows = false;
    bool failed = false;
    for (const Run& run : method.runs) {
      const Rise rise = largest_rise(run);
      if (!(rise.by <= largest.by)) largest = rise;
      rows = rows || !run.epochs.empty();
      failed = failed || run.outcome == "failed";
    }
    const bool rose = !(largest.by <= 0.1 * results.plateau);
    std::vector<std::string> verdicts;
    if (failed) verdicts.emplace_back("failed");
    if (rose) verdicts.emplace_back("the loss rose");
    table.add({method_title(method.method), method.outcomes(), rows ? fmt::format("{:.4f}", largest.by) : "-",
               largest.epoch > 0 ? fmt::format("{}", largest.epoch) : "-",
               verdicts.empty() ? (rows ? "stable" : "no verdict") : "not stable: " + listed(verdicts)});
  }
  document.table(table);
  document.paragraph(
      fmt::format("Rise: how far a run's training loss was above its own lowest so far, over all seeds. Not stable: a "
                  "run failed, or the loss rose by more than a tenth of that of equal probabilities ({:.4f}).",
                  0.1 * results.plateau));
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
