#include "tools/reproduce/report/cost_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "tools/reproduce/files.h"
#include "tools/reproduce/report/comparison.h"
#include "tools/reproduce/report/published.h"
#include "tools/reproduce/report/slope.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

/// Above the power that Table 1 has, up to which a fit is said to keep to it.
constexpr double kMargin = 0.25;
constexpr int kSpacePower = 2;

/// By width.
using Values = std::vector<std::pair<double, double>>;
struct Costs {
  Values seconds = {};
  Values bytes = {};
};
/// By method and batch, of each part.
using Part = std::map<std::pair<std::string, int>, Costs>;

struct PartText {
  const char* id;
  const char* title;
};
constexpr std::array kParts{PartText{"curvature", "Curvature"}, PartText{"solve", "Update directions"}};

std::map<std::string, Part> read_costs(const std::filesystem::path& path) {
  std::map<std::string, Part> parts;
  for (const CsvRow& row : read_csv(path, "part,method,width,batch,seconds,bytes")) {
    const std::string& part = row.fields[0];
    if (std::ranges::find(kParts, part, &PartText::id) == kParts.end()) {
      throw Error(fmt::format("{}: part: found '{}', expected curvature or solve", row.where, part));
    }
    Costs& costs = parts[part][{row.fields[1], row.count(3)}];
    costs.seconds.emplace_back(row.count(2), row.number(4));
    costs.bytes.emplace_back(row.count(2), row.number(5));
  }
  for (auto& [name, part] : parts) {
    for (auto& [method, costs] : part) {
      std::ranges::sort(costs.seconds);
      std::ranges::sort(costs.bytes);
    }
  }
  return parts;
}

std::string title_of(const std::string& method) {
  // Solvers by themselves have no curvature before them.
  if (method == "ea-cg") return "EA-CG";
  if (method == "kfi") return "KFI";
  if (method == "kfi-rank-one") return "KFI by (13)";
  return curvature_title(method);
}

Style style_of(const std::string& method) {
  Style style = curvature_style(method);
  if (method == "ea-cg") style = {.color = "#0072b2", .dashes = method_style("fisher+ea-cg").dashes};
  if (method == "kfi") style = {.color = "#d55e00"};
  if (method == "kfi-rank-one") style = {.color = "#d55e00", .dashes = method_style("fisher+kfi-rank-one").dashes};
  return style;
}

Plot plot_of(const PartText& text, const Part& part, Values Costs::*values, const std::string& unit) {
  std::set<int> batches;
  for (const auto& [key, costs] : part) batches.insert(key.second);
  Plot plot{.name = fmt::format("{}-{}", text.id, unit),
            .title = fmt::format("{}: {} against width", text.title, unit),
            .x = {.label = "width n", .log = true},
            .y = {.label = unit, .log = true}};
  for (const auto& [key, costs] : part) {
    const auto& [method, batch] = key;
    Line line{.title = title_of(method), .style = style_of(method), .markers = true};
    if (batches.size() > 1) line.title += fmt::format(", batch {}", batch);
    for (const auto& [width, value] : costs.*values) line.points.push_back({.x = width, .y = value});
    plot.lines.push_back(std::move(line));
  }
  return plot;
}

std::string power(const std::optional<Slope>& slope) { return slope ? fmt::format("{:.2f}", slope->power) : "-"; }

std::string kept(const std::optional<Slope>& slope, std::optional<int> published, Tally& tally) {
  if (!slope || !published) return "-";
  const bool held = slope->power <= *published + kMargin;
  tally.add(held ? Ahead::First : Ahead::Second, Ahead::First);
  return held ? "held" : "did not hold";
}

}  // namespace

Document cost_report(const std::filesystem::path& folder, const ExperimentFile& experiment) {
  const std::map<std::string, Part> parts = read_costs(folder / "cost.csv");
  Tally time;
  Tally space;
  Table table({"part", "method", ">batch", ">widths", "Table 1, time", ">power of n", ">fitted", "time",
               ">space: power of n", ">fitted", "space"});
  std::vector<std::string> missing;
  for (const PartText& text : kParts) {
    const auto part = parts.find(text.id);
    if (part == parts.end()) {
      missing.emplace_back(text.id);
      continue;
    }
    for (const auto& [key, costs] : part->second) {
      const auto& [method, batch] = key;
      const std::optional<Slope> seconds = fitted_slope(costs.seconds);
      const std::optional<Slope> bytes = fitted_slope(costs.bytes);
      const std::optional<int> published = published_exponent(method);
      table.add({text.id, title_of(method), fmt::format("{}", batch),
                 seconds ? fmt::format("{}", seconds->points) : "-", std::string(published_cost(method)),
                 published ? fmt::format("{}", *published) : "-", power(seconds), kept(seconds, published, time),
                 fmt::format("{}", kSpacePower), power(bytes), kept(bytes, kSpacePower, space)});
    }
  }

  Document document("Table 1: what curvatures and update directions cost");
  document.paragraph(
      "Table 1 gives orders and no times. Here layers of one width n are measured at a fixed batch B, and powers of n "
      "are fitted to the measurements by least squares on logarithms, to the widths from 256 on (to all where these "
      "are fewer than 3).");
  if (!missing.empty())
    document.paragraph(fmt::format("Missing, as nothing has been measured yet: {}.", listed(missing)));
  document.section("The claims");
  Table claims({"claim", "here"});
  claims.add({"time grows with no higher power of the width than in Table 1", verdict(time)});
  claims.add({"space grows with no higher power of the width than in Table 1", verdict(space)});
  document.table(claims);
  document.section("Fitted powers");
  document.table(table);
  document.paragraph(fmt::format(
      "Held: the fitted power is at most {} above Table 1's, which is an upper bound: terms of lower powers, and "
      "products that run faster the larger they are, make fits smaller. Where the batch is smaller than the width this "
      "implementation solves KFI in the batch's space, with matrices of B by B for those of n by n at the input's "
      "side; the factor of the outputs' side remains n by n. KFI by equation 13 has no row in Table 1.",
      kMargin));
  document.section("Figures");
  for (const PartText& text : kParts) {
    const auto part = parts.find(text.id);
    if (part == parts.end()) continue;
    document.figure(plot_of(text, part->second, &Costs::seconds, "seconds"),
                    fmt::format("{}: median seconds of one batch against the width, both logarithmic.", text.title));
    document.figure(plot_of(text, part->second, &Costs::bytes, "bytes"),
                    fmt::format("{}: bytes that it holds against the width, both logarithmic.", text.title));
  }
  add_how_it_was_run(document, experiment);
  return document;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
