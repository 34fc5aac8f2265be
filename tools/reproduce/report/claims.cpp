#include <string>

#include <fmt/format.h>

#include "tools/reproduce/report/training_report.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

/// Of SGD's seconds, up to which a method is called competitive.
constexpr double kCompetitive = 1.25;
/// Times the accuracy of guessing, from which on a network is said to have learned.
constexpr double kLearned = 2;

/// What came of a claim about EA-CG, the first of each pair, and KFI.
std::string found(const std::vector<Comparison>& pairs, Ahead Comparison::*measure, Ahead claimed) {
  Tally first;
  Tally second;
  for (const Comparison& pair : pairs) {
    first.add(pair.*measure, Ahead::First);
    second.add(pair.*measure, Ahead::Second);
  }
  std::string text = claimed == Ahead::First    ? verdict(first)
                     : claimed == Ahead::Second ? verdict(second)
                                                : "no order is claimed";
  if (first.of > 0) text += fmt::format("; EA-CG ahead for {}, KFI for {} of {}", first.held, second.held, first.of);
  const auto silent = static_cast<int>(pairs.size()) - first.of;
  return text + (silent > 0 && first.of > 0 ? fmt::format(", no verdict for {}", silent) : "");
}

void add_pair_claims(Table& table, const TrainingResults& results, const std::string& kfi, const std::string& suffix) {
  const std::vector<Comparison> pairs = results.pairs("ea-cg", kfi);
  if (pairs.empty()) return;
  const PublishedTraining& paper = *results.paper;
  const auto row = [&](const char* what, std::string_view figure, const PairClaim& claim, Ahead Comparison::*measure) {
    table.add({what + suffix, fmt::format("{}: {}", figure, claim.words), found(pairs, measure, claim.ahead)});
  };
  row("EA-CG and KFI in seconds, training loss", paper.time_figure, paper.seconds, &Comparison::in_seconds);
  row("EA-CG and KFI by epochs, training loss", paper.epoch_figure, paper.epochs, &Comparison::in_epochs);
  row("EA-CG and KFI, best test accuracy", paper.time_figure, paper.accuracy, &Comparison::in_accuracy);
}

std::string against_sgd(const Comparison& pair) {
  if (pair.common_target) {
    const double ratio = pair.first_at.seconds / pair.second_at.seconds;
    return fmt::format("{}: {:.2f} times the seconds of SGD to a training loss of {:.4f}",
                       ratio <= kCompetitive ? "held" : "did not hold", ratio, pair.target);
  }
  switch (pair.in_seconds) {
    case Ahead::First:
      return "held: SGD has not left the plateau, PCH-1 with EA-CG has";
    case Ahead::Second:
      return "did not hold: PCH-1 with EA-CG has not left the plateau, SGD has";
    default:
      return "no verdict: the runs do not say";
  }
}

std::string trains(const TrainingResults& results) {
  Tally tally;
  std::string numbers;
  const double chance = 1.0 / results.experiment.classes();
  for (const MethodRuns& method : results.methods) {
    const std::vector<MeanEpoch> curve = method.mean_curve();
    if (curve.empty() || method.method == "sgd") continue;
    const MeanEpoch& last = curve.back();
    const bool learned = last.train_loss.mean < 0.99 * results.plateau && last.test_accuracy.mean > kLearned * chance;
    tally.add(learned ? Ahead::First : Ahead::Second, Ahead::First);
    numbers +=
        fmt::format("{} {}: {:.4f} to {:.4f}, {:.2f} %", numbers.empty() ? ":" : ";", method_title(method.method),
                    curve.front().train_loss.mean, last.train_loss.mean, 100 * last.test_accuracy.mean);
  }
  return verdict(tally) + numbers;
}

}  // namespace

void add_claims(Document& document, const TrainingResults& results) {
  document.section("The claims");
  Table table({"claim", "the paper", "here"});
  add_pair_claims(table, results, "kfi", "");
  add_pair_claims(table, results, "kfi-rank-one", " (KFI by equation 13)");
  const MethodRuns* const pch = results.find("pch-1+ea-cg");
  const MethodRuns* const sgd = results.find("sgd");
  if (pch != nullptr && sgd != nullptr) {
    table.add({"PCH-1 with EA-CG and SGD in seconds", std::string(results.paper->sgd),
               against_sgd(compare(*pch, *sgd, results.plateau))});
  }
  const bool bounded = results.experiment.criterion == "bounded";
  if (bounded) {
    table.add({"the non-convex criterion trains", "Second-order methods train with equation 14.", trains(results)});
  }
  if (table.empty()) {
    document.paragraph("The methods of this experiment are in none of the paper's comparisons.");
    return;
  }
  document.table(table);
  std::string rules = comparison_rule(results.plateau);
  rules += fmt::format(" Competitive with SGD: at most {} times its seconds to the common target.", kCompetitive);
  if (bounded) {
    rules += fmt::format(
        " Trains: the last training loss is 1 % below that of equal probabilities and the last test accuracy above {} "
        "times guessing's {:.0f} %; shown are the mean loss after the first and the last epoch and that accuracy.",
        kLearned, 100.0 / results.experiment.classes());
  }
  document.paragraph(rules);
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
