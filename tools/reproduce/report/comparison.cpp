#include "tools/reproduce/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kLeftPlateau = 0.99;

using Curve = std::vector<MeanEpoch>;

double lowest_of_curve(const Curve& curve) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const MeanEpoch& epoch : curve) lowest = std::fmin(lowest, epoch.train_loss.mean);
  return lowest;
}

double best_accuracy(const Curve& curve) {
  double best = 0;
  for (const MeanEpoch& epoch : curve) best = std::fmax(best, epoch.test_accuracy.mean);
  return best;
}

Ahead smaller(double first, double second) {
  if (first == second) return Ahead::Even;
  return first < second ? Ahead::First : Ahead::Second;
}

MeanEpoch first_reach(const Curve& curve, double target) {
  return *std::ranges::find_if(curve, [&](const MeanEpoch& epoch) { return epoch.train_loss.mean <= target; });
}

}  // namespace

Comparison compare(const MethodRuns& first, const MethodRuns& second, double plateau) {
  Comparison result{.first = first.method, .second = second.method};
  const Curve x = first.mean_curve();
  const Curve y = second.mean_curve();
  if (x.empty() || y.empty()) {
    result.remark = "no epochs of " + std::string(x.empty() ? "the first" : "the second");
    return result;
  }
  result.in_accuracy = smaller(best_accuracy(y), best_accuracy(x));
  const double left = kLeftPlateau * plateau;
  const bool x_left = !first.failed() && lowest_of_curve(x) < left;
  const bool y_left = !second.failed() && lowest_of_curve(y) < left;
  if (x_left && y_left) {
    result.common_target = true;
    result.target = std::max(lowest_of_curve(x), lowest_of_curve(y));
    result.first_at = first_reach(x, result.target);
    result.second_at = first_reach(y, result.target);
    result.in_seconds = smaller(result.first_at.seconds, result.second_at.seconds);
    result.in_epochs = smaller(result.first_at.epoch, result.second_at.epoch);
  } else if (x_left || y_left) {
    result.in_seconds = result.in_epochs = x_left ? Ahead::First : Ahead::Second;
    result.remark = std::string(x_left ? "the second" : "the first") +
                    ((x_left ? second : first).failed() ? " failed" : " has not left the plateau");
  } else {
    result.remark = "neither has left the plateau without failing";
  }
  return result;
}

double plateau_loss(const std::string& criterion, int classes) {
  if (classes > 0 && criterion == "cross-entropy") return std::log(classes);
  constexpr double kDelta = 5;
  constexpr double kEpsilon = 0.2;
  if (classes > 0 && criterion == "bounded") return 1 / (1 + std::exp(kDelta * (1.0 / classes - kEpsilon)));
  return std::numeric_limits<double>::infinity();
}

std::string comparison_rule(double plateau) {
  std::string rule =
      "Rule: of two methods' mean curves, the common target is the larger of their lowest training losses; each "
      "reaches it at the end of the first epoch whose loss is no larger. Ahead is who reaches it in less. Ratio: the "
      "first's value over the second's.";
  if (std::isfinite(plateau)) {
    rule += fmt::format(
        " A method whose lowest loss is not 1 % below that of equal probabilities for all classes ({:.4f}) has not "
        "left the plateau: the other is ahead if it has, and there is no verdict if neither has.",
        plateau);
    rule += " One of which all runs failed counts like one on the plateau.";
  }
  return rule + " Accuracy: the best of each mean curve, in percent.";
}

void Tally::add(Ahead found, Ahead claimed) {
  if (found == Ahead::Unknown) return;
  ++of;
  if (found == claimed) ++held;
}

std::string verdict(const Tally& tally) {
  if (tally.of == 0) return "no verdict: the runs do not say";
  if (tally.held == 0) return fmt::format("did not hold (0 of {})", tally.of);
  if (tally.held < tally.of) return fmt::format("held for {} of {}", tally.held, tally.of);
  return tally.of == 1 ? "held" : fmt::format("held for all {}", tally.of);
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
