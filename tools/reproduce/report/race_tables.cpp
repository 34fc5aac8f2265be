#include "tools/reproduce/report/race_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "framework/index.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kNoEntry = "-";

std::string shown(const std::optional<double>& value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : kNoEntry;
}

/// Of seconds, with three digits at least.
std::string time(const std::optional<double>& value) {
  constexpr double kTwoDigits = 10;
  return shown(value, value.value_or(0) < kTwoDigits ? "{:.2f}" : "{:.1f}");
}

std::string ratio(const std::optional<double>& value, const std::optional<double>& to) {
  return value && to && *to > 0 ? fmt::format("{:.2f}", *value / *to) : kNoEntry;
}

/// "10.2 to 14.0"; a seed that never gets there has no end.
std::string range(const ToTarget& reached) {
  if (!reached.fastest) return kNoEntry;
  return fmt::format("{} to {}", time(reached.fastest), time(reached.slowest));
}

std::optional<double> smaller(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

struct Reached {
  ToTarget partial = {};
  ToTarget full = {};
};

Reached reached(const RaceTaskResults& task, const RaceEntrant& entrant, double limit) {
  if (!task.target) return {.partial = {.runs = static_cast<int>(entrant.runs.size())}, .full = {}};
  return {.partial = to_target(entrant.runs, task.target->partial(), limit),
          .full = to_target(entrant.runs, task.target->full(), limit)};
}

/// Over runs with epochs: of what `value` says of each.
template <class Value>
std::optional<double> median_of(const RaceEntrant& entrant, const Value& value) {
  std::vector<double> numbers;
  for (const RaceResult& run : entrant.runs) {
    if (!run.metrics.epochs.empty()) numbers.push_back(value(run.metrics.epochs));
  }
  return numbers.empty() ? std::nullopt : finite_median(numbers);
}

std::string test_measure(const RaceEntrant& entrant) {
  return shown(median_of(entrant, [](const auto& epochs) { return epochs.back().test_measure; }), "{:.4f}");
}

std::string test_title(const std::vector<RaceEntrant>& entrants) {
  for (const RaceEntrant& entrant : entrants) {
    for (const RaceResult& run : entrant.runs) {
      if (!run.metrics.measure.empty()) return ">test " + run.metrics.measure;
    }
  }
  return ">test";
}

std::map<std::string, std::string> settings_of(const RaceEntrant& entrant) {
  for (const RaceResult& run : entrant.runs) {
    if (!run.settings.empty()) return run.settings;
  }
  return {};
}

Table target_table(const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants, double limit,
                   const std::string& what, const std::string& to, const Reached& reference) {
  Table table({what, "settings", ">80 %: s", ">from, to", ">epochs", to, ">target: s", ">from, to", ">epochs", to,
               ">reached", test_title(entrants)});
  for (const RaceEntrant& entrant : entrants) {
    const auto [partial, full] = reached(task, entrant, limit);
    table.add({escaped(entrant.title), spoken_settings(settings_of(entrant)), time(partial.seconds), range(partial),
               shown(partial.epochs, "{:g}"), ratio(partial.seconds, reference.partial.seconds), time(full.seconds),
               range(full), shown(full.epochs, "{:g}"), ratio(full.seconds, reference.full.seconds),
               fmt::format("{}, {} of {}", partial.reached, full.reached, partial.runs), test_measure(entrant)});
  }
  return table;
}

/// In colours that the colour-blind tell apart (Okabe and Ito); dashed from the fifth on.
Style style_of(std::size_t entrant) {
  constexpr std::array kColors{"#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c00"};
  constexpr std::size_t kSolid = 3;
  return {.color = kColors.at(entrant % kColors.size()), .dashes = entrant < kSolid ? "" : "8,4"};
}

class Curves {
 public:
  Curves(Plot& plot, bool against_seconds, double ceiling)
      : plot_(plot), against_seconds_(against_seconds), ceiling_(ceiling) {}

  void add(const RaceEntrant& entrant, const Style& style) {
    std::vector<const std::vector<RaceEpoch>*> runs;
    for (const RaceResult& run : entrant.runs) {
      if (!run.metrics.epochs.empty()) runs.push_back(&run.metrics.epochs);
    }
    if (runs.empty()) return;
    if (runs.size() > 1) {
      for (const auto* epochs : runs) add_run(*epochs, style);
    }
    add_median(runs, entrant.title, style);
  }

 private:
  void add_run(const std::vector<RaceEpoch>& epochs, const Style& style) {
    Line line{.style = {.color = style.color}, .width = 0.5};
    for (const RaceEpoch& epoch : epochs) add_point(line, epoch.epoch, epoch.seconds, epoch.train_loss);
    plot_.lines.push_back(std::move(line));
  }

  void add_median(const std::vector<const std::vector<RaceEpoch>*>& runs, const std::string& title,
                  const Style& style) {
    Line line{.title = title, .style = style};
    const std::size_t common = std::ranges::min(runs, {}, [](const auto* epochs) { return epochs->size(); })->size();
    for (std::size_t row = 0; row < common; ++row) {
      std::vector<double> seconds;
      std::vector<double> losses;
      for (const auto* epochs : runs) {
        seconds.push_back((*epochs)[row].seconds);
        losses.push_back((*epochs)[row].train_loss);
      }
      const auto loss = finite_median(losses);
      if (loss) add_point(line, (*runs.front())[row].epoch, *finite_median(seconds), *loss);
    }
    plot_.lines.push_back(std::move(line));
  }

  void add_point(Line& line, int epoch, double seconds, double loss) const {
    if (loss <= ceiling_) line.points.push_back({.x = against_seconds_ ? seconds : epoch, .y = loss});
  }

  Plot& plot_;
  bool against_seconds_;
  double ceiling_;
};

/// Across the plot, as wide as its lines are.
Line level(const Plot& plot, const std::string& title, double loss) {
  double end = 0;
  for (const Line& line : plot.lines) {
    for (const Point& point : line.points) end = std::max(end, point.x);
  }
  return {.title = title,
          .style = {.color = "#777777", .dashes = "2,3"},
          .points = {{.x = 0, .y = loss}, {.x = end / 2, .y = loss}, {.x = end, .y = loss}},
          .width = 1};
}

}  // namespace

std::string spoken_settings(const std::map<std::string, std::string>& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    if (name == "optimizer") continue;  // the entrant's name says it
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", escaped(name), escaped(value));
  }
  return text.empty() ? "untouched" : text;
}

Table race_table(const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants, double limit,
                 const std::string& apart) {
  Reached fastest;
  for (const RaceEntrant& entrant : entrants) {
    if (entrant.id == apart) continue;
    const auto [partial, full] = reached(task, entrant, limit);
    fastest.partial.seconds = smaller(fastest.partial.seconds, partial.seconds);
    fastest.full.seconds = smaller(fastest.full.seconds, full.seconds);
  }
  return target_table(task, entrants, limit, "contestant", ">to best rival", fastest);
}

Table leave_one_out_table(const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants, double limit,
                          const std::string& apart) {
  const auto found = std::ranges::find(entrants, apart, &RaceEntrant::id);
  return target_table(task, entrants, limit, "default", ">to default",
                      found == entrants.end() ? Reached{} : reached(task, *found, limit));
}

Table ranks_table(const std::vector<RaceEntrant>& entrants) {
  int epochs = std::numeric_limits<int>::max();
  for (const RaceEntrant& entrant : entrants) {
    for (const RaceResult& run : entrant.runs) {
      if (!run.metrics.epochs.empty()) epochs = std::min(epochs, run.metrics.epochs.back().epoch);
    }
  }
  std::vector<int> at;
  for (const int epoch : {1, (epochs + 1) / 2, epochs}) {
    if (epochs < std::numeric_limits<int>::max() && (at.empty() || at.back() < epoch)) at.push_back(epoch);
  }
  std::vector<std::string> titles{"solver", ">ms a step", ">s an epoch", ">to the first"};
  for (const int epoch : at) titles.push_back(fmt::format(">loss after {}", epoch));
  titles.push_back(test_title(entrants));
  Table table(titles);
  std::optional<double> first;
  for (const RaceEntrant& entrant : entrants) {
    const auto step =
        median_of(entrant, [](const auto& all) { return 1e3 * all.back().seconds / std::max(all.back().step, 1); });
    const auto epoch_seconds =
        median_of(entrant, [](const auto& all) { return all.back().seconds / all.back().epoch; });
    if (!first) first = epoch_seconds;
    std::vector<std::string> cells{escaped(entrant.title), shown(step, "{:.2f}"), shown(epoch_seconds, "{:.2f}"),
                                   ratio(epoch_seconds, first)};
    for (const int epoch : at) {
      cells.push_back(
          shown(median_of(entrant, [&](const auto& all) { return all[to_index(epoch) - 1].train_loss; }), "{:.5g}"));
    }
    cells.push_back(test_measure(entrant));
    table.add(std::move(cells));
  }
  return table;
}

Plot race_plot(const RaceTaskResults& task, const std::string& section, bool against_seconds) {
  const char* const x = against_seconds ? "seconds" : "epochs";
  Plot plot{.name = fmt::format("{}-{}-{}", section, task.id, x),
            .title = fmt::format("{}: training loss against {}", task.title, x),
            .x = {.label = against_seconds ? "seconds of training" : "epochs"},
            .y = {.label = "training loss"}};
  constexpr double kAbovePlateau = 0.1;
  const double ceiling = task.target ? task.target->plateau + kAbovePlateau * (task.target->plateau - task.target->best)
                                     : std::numeric_limits<double>::infinity();
  Curves curves(plot, against_seconds, ceiling);
  const std::vector<RaceEntrant>& entrants = task.sections.at(section);
  for (std::size_t i = 0; i < entrants.size(); ++i) curves.add(entrants[i], style_of(i));
  if (task.target && !plot.lines.empty()) {
    const Line partial = level(plot, "80 % of the way", task.target->partial());
    const Line full = level(plot, "target", task.target->full());
    plot.lines.insert(plot.lines.end(), {partial, full});
  }
  return plot;
}

void add_unfinished_runs(Table& table, const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants) {
  for (const RaceEntrant& entrant : entrants) {
    for (const RaceResult& run : entrant.runs) {
      if (run.outcome == "finished") continue;
      const bool trained = !run.metrics.epochs.empty();
      table.add({escaped(task.id), escaped(entrant.title), fmt::format("{}", run.seed), run.outcome,
                 fmt::format("{}", trained ? run.metrics.epochs.back().epoch : 0),
                 trained ? fmt::format("{:.1f}", run.metrics.epochs.back().seconds) : kNoEntry,
                 trained ? fmt::format("{:.5g}", run.metrics.epochs.back().train_loss) : kNoEntry,
                 escaped(run.message)});
    }
  }
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
