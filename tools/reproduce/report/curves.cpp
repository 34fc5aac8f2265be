#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tools/reproduce/report/training_report.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

struct Measure {
  const char* name;
  const char* label;
  Spread MeanEpoch::*value;
  double scale;
};
constexpr Measure kLoss{"loss", "Training loss", &MeanEpoch::train_loss, 1};
constexpr Measure kAccuracy{"accuracy", "Test accuracy (%)", &MeanEpoch::test_accuracy, 100};

Plot curves(const TrainingResults& results, const Measure& measure, bool against_seconds) {
  const char* const x = against_seconds ? "seconds" : "epochs";
  Plot plot{.name = fmt::format("{}-{}", measure.name, x),
            .title = fmt::format("{} against {}", measure.label, x),
            .x = {.label = against_seconds ? "seconds of training" : "epochs"},
            .y = {.label = measure.label}};
  for (const MethodRuns& method : results.methods) {
    Line line{.title = method_title(method.method), .style = method_style(method.method)};
    for (const MeanEpoch& each : method.mean_curve()) {
      const Spread& value = each.*measure.value;
      line.points.push_back({.x = against_seconds ? each.seconds : each.epoch,
                             .y = measure.scale * value.mean,
                             .low = measure.scale * value.low,
                             .high = measure.scale * value.high});
      line.band = value.count > 1;
    }
    if (method.failed()) line.title += " (failed)";
    plot.lines.push_back(std::move(line));
  }
  return plot;
}

std::string caption(const TrainingResults& results, const Plot& plot, std::string_view figure) {
  const bool bands = std::ranges::any_of(plot.lines, &Line::band);
  return fmt::format("{}, as in the paper's {}. Dashed: EA-CG; solid: KFI{}; black: SGD.{}{}", plot.title, figure,
                     results.pairs("ea-cg", "kfi-rank-one").empty() ? "" : "; dotted: KFI by equation 13",
                     bands ? " Lines are means over seeds, bands go from the smallest to the largest." : "",
                     data_note(results.experiment.lossy_jpeg));
}

struct Best {
  double value = 0;
  std::string method = {};
};

/// "lowest training loss 1.2345 (PCH-1, EA-CG), best test accuracy ..."
std::string best_of(const TrainingResults& results) {
  std::optional<Best> loss;
  std::optional<Best> accuracy;
  double seconds = 0;
  for (const MethodRuns& method : results.methods) {
    for (const MeanEpoch& each : method.mean_curve()) {
      seconds = std::max(seconds, each.seconds);
      if (!loss || each.train_loss.mean < loss->value) loss = Best{each.train_loss.mean, method.method};
      if (!accuracy || each.test_accuracy.mean > accuracy->value) {
        accuracy = Best{each.test_accuracy.mean, method.method};
      }
    }
  }
  if (!loss || !accuracy) return "no epochs yet";
  return fmt::format("lowest training loss {:.4f} ({}), best test accuracy {:.2f} % ({}), longest training {:.0f} s",
                     loss->value, method_title(loss->method), 100 * accuracy->value, method_title(accuracy->method),
                     seconds);
}

std::string leads(const TrainingResults& results, Ahead Comparison::*measure) {
  std::vector<std::string> ea_cg;
  std::vector<std::string> kfi;
  for (const Comparison& pair : results.pairs("ea-cg", "kfi")) {
    const std::string curvature = curvature_title(pair.first.substr(0, pair.first.find('+')));
    if (pair.*measure == Ahead::First) ea_cg.push_back(curvature);
    if (pair.*measure == Ahead::Second) kfi.push_back(curvature);
  }
  return fmt::format("EA-CG is ahead of KFI with {}; KFI of EA-CG with {}", listed(ea_cg), listed(kfi));
}

}  // namespace

void add_curves(Document& document, const TrainingResults& results) {
  const PublishedTraining& paper = *results.paper;
  const auto pair = [&](bool against_seconds, std::string_view figure) {
    for (const Measure& measure : {kLoss, kAccuracy}) {
      const Plot plot = curves(results, measure, against_seconds);
      document.figure(plot, caption(results, plot, figure));
    }
  };
  document.section("Against seconds");
  document.list({fmt::format("The paper ({}): {} {} {}", paper.time_figure, paper.seconds.words, paper.accuracy.words,
                             paper.axes),
                 fmt::format("Here: {}; {}.", leads(results, &Comparison::in_seconds), best_of(results))});
  pair(true, paper.time_figure);
  document.section("Against epochs");
  document.list(
      {fmt::format("The paper ({}), 200 epochs: {}", paper.epoch_figure, paper.epochs.words),
       fmt::format("Here, {} epochs: {}.", results.experiment.epochs, leads(results, &Comparison::in_epochs))});
  pair(false, paper.epoch_figure);
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
