#include "tools/reproduce/report/errors_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "tools/reproduce/report/comparison.h"
#include "tools/reproduce/report/error_case.h"
#include "tools/reproduce/report/published.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kOrder{"fisher", "gauss-newton", "pch-1", "pch-2", "fisher-sampled"};

/// As the paper's tables have them, or by their size where these would show nothing.
std::string number(double value) {
  return value == 0 || value >= 0.001 ? fmt::format("{:.4f}", value) : fmt::format("{:.1e}", value);
}

/// Of layers 1..k/2, over that of the others.
double lower_to_upper(const std::vector<double>& layers) {
  const auto half = static_cast<std::ptrdiff_t>(layers.size() / 2);
  const auto mean_square = [](auto begin, auto end) {
    return std::inner_product(begin, end, begin, 0.0) / static_cast<double>(end - begin);
  };
  return std::sqrt(mean_square(layers.begin(), layers.begin() + half) /
                   mean_square(layers.begin() + half, layers.end()));
}

bool lowest_is_largest(const std::vector<double>& layers) { return std::ranges::max_element(layers) == layers.begin(); }

/// The paper's columns beside ours where it has them, and where the network has as many layers.
void add_table(Document& document, const ErrorCase& measured, const PublishedErrors& paper) {
  const std::size_t layers = measured.curvatures.begin()->second.layers.size();
  std::vector<std::string> titles{"layer"};
  std::vector<std::vector<std::string>> columns;
  const auto add_column = [&](const std::string& title, const std::vector<double>& values, double total) {
    titles.push_back(">" + title);
    std::vector<std::string>& column = columns.emplace_back();
    for (const double value : values) column.push_back(number(value));
    column.push_back(number(total));
  };
  bool other_depth = false;
  for (const char* curvature : kOrder) {
    const auto found = measured.curvatures.find(curvature);
    if (found == measured.curvatures.end()) continue;
    add_column(curvature_title(curvature), found->second.layers, total_error(found->second.layers));
    const std::optional<std::vector<double>> column = paper.column(curvature);
    if (column && column->size() == layers) {
      add_column("paper", *column, paper.total(curvature).value_or(0));
    } else if (column) {
      other_depth = true;
    }
  }
  Table table(titles);
  for (std::size_t row = 0; row <= layers; ++row) {
    std::vector<std::string> cells{row < layers ? fmt::format("{}", row + 1) : "total"};
    for (const auto& column : columns) cells.push_back(column[row]);
    table.add(std::move(cells));
  }
  document.table(table);
  if (other_depth) document.paragraph("The paper's network has 8 layers, so its columns do not stand beside these.");
}

std::vector<Point> points(const std::vector<std::pair<int, double>>& values) {
  std::vector<Point> all;
  all.reserve(values.size());
  for (const auto& [update, value] : values) all.push_back({.x = static_cast<double>(update), .y = value});
  return all;
}

void add_figures(Document& document, const ErrorCase& measured, const PublishedErrors& paper) {
  Plot errors{.name = fmt::format("errors-{}", paper.hessian_case),
              .title = fmt::format("Total error, {}", paper.title),
              .x = {.label = "updates"},
              .y = {.label = "total error", .log = true}};
  for (const char* curvature : kOrder) {
    const auto found = measured.curvatures.find(curvature);
    if (found == measured.curvatures.end()) continue;
    errors.lines.push_back({.title = curvature_title(curvature),
                            .style = curvature_style(curvature),
                            .points = points(found->second.by_update)});
  }
  document.figure(
      errors, "Total error of each curvature at the measured updates, logarithmic." + data_note(measured.lossy_jpeg));
  Plot loss{.name = fmt::format("loss-{}", paper.hessian_case),
            .title = fmt::format("Loss, {}", paper.title),
            .x = {.label = "updates"},
            .y = {.label = "loss of the batch"},
            .lines = {{.title = "loss", .points = points(measured.losses)}},
            .height = 260};
  document.figure(loss, "Mean loss of the batch at the same updates." + data_note(measured.lossy_jpeg));
}

/// What becomes of the claims over the cases.
struct Claims {
  Tally closer = {};
  Tally spread = {};
  std::vector<std::string> exceptions = {};
};

void check_closer(Claims& claims, const ErrorCase& measured, const PublishedErrors& paper) {
  for (const char* pch : {"pch-1", "pch-2"}) {
    for (const char* other : {"fisher", "gauss-newton"}) {
      const auto ours = measured.curvatures.find(pch);
      const auto theirs = measured.curvatures.find(other);
      if (ours == measured.curvatures.end() || theirs == measured.curvatures.end()) continue;
      const double error = total_error(ours->second.layers);
      const double other_error = total_error(theirs->second.layers);
      claims.closer.add(error < other_error ? Ahead::First : Ahead::Second, Ahead::First);
      if (error < other_error) continue;
      claims.exceptions.push_back(fmt::format("{}: {} {} is not below {}'s {}", paper.title, curvature_title(pch),
                                              number(error), curvature_title(other), number(other_error)));
    }
  }
}

void check_spread(Claims& claims, Table& table, const ErrorCase& measured, const PublishedErrors& paper) {
  for (const char* curvature : kOrder) {
    const auto found = measured.curvatures.find(curvature);
    if (found == measured.curvatures.end() || found->second.layers.size() < 2) continue;
    const std::vector<double>& layers = found->second.layers;
    claims.spread.add(lowest_is_largest(layers) ? Ahead::Second : Ahead::First, Ahead::First);
    const std::optional<std::vector<double>> column = paper.column(curvature);
    table.add({std::string(paper.title), curvature_title(curvature),
               fmt::format("{}", std::ranges::max_element(layers) - layers.begin() + 1),
               fmt::format("{:.2f}", lower_to_upper(layers)),
               column ? fmt::format("{}", std::ranges::max_element(*column) - column->begin() + 1) : "-",
               column ? fmt::format("{:.2f}", lower_to_upper(*column)) : "-"});
  }
}

}  // namespace

double total_error(const std::vector<double>& layers) {
  return std::sqrt(std::inner_product(layers.begin(), layers.end(), layers.begin(), 0.0));
}

Document errors_report(const std::filesystem::path& folder, const ExperimentFile& experiment) {
  Document document("Tables 2 to 5: curvatures against the true Hessian");
  document.paragraph(
      "Error of a layer: ‖G - |E\\[H\\]|‖ (Frobenius) of a curvature's block G and the true block E\\[H\\] with "
      "absolute eigenvalues, averaged over the measured updates of a training run, the initial parameters first. "
      "Total: root of the sum of squares. Fisher is the paper's, with the labels of the data; Fisher, sampled, which "
      "the paper does not have, draws them from the model.");
  std::vector<std::pair<const PublishedErrors*, ErrorCase>> cases;
  std::vector<std::string> missing;
  for (const PublishedErrors& paper : published_errors()) {
    const std::filesystem::path of_case = folder / paper.hessian_case;
    if (std::filesystem::exists(of_case / "errors.csv")) {
      cases.emplace_back(&paper, read_error_case(of_case));
    } else {
      missing.push_back(fmt::format("Table {} ({})", paper.table, paper.title));
    }
  }
  std::erase_if(cases, [&](const auto& each) {
    if (!each.second.curvatures.empty()) return false;
    missing.push_back(fmt::format("Table {} ({})", each.first->table, each.first->title));
    return true;
  });
  if (!missing.empty())
    document.paragraph(fmt::format("Missing, as nothing has been measured yet: {}.", listed(missing)));

  Claims claims;
  Table spread(
      {"case", "curvature", ">largest at layer", ">lower to upper", ">paper: largest at", ">paper: lower to upper"});
  for (const auto& [paper, measured] : cases) {
    check_closer(claims, measured, *paper);
    check_spread(claims, spread, measured, *paper);
  }
  document.section("The claims");
  Table table({"claim", "the paper", "here"});
  table.add({"PCH is closer to the true Hessian", "PCH-1 and PCH-2 have smaller totals than Fisher and Gauss-Newton.",
             verdict(claims.closer) + (claims.closer.of > 0 ? " comparisons of totals" : "")});
  table.add({"errors do not accumulate towards lower layers", "For any curvature, in all four tables.",
             verdict(claims.spread) + (claims.spread.of > 0 ? " columns" : "")});
  document.table(table);
  if (!claims.exceptions.empty()) document.list(claims.exceptions);
  document.paragraph(
      "Rule of the second: errors are propagated from the last layer to the first, so they would accumulate if the "
      "first had the largest of its column. Below stands where the largest is, and the root mean square error of the "
      "lower half of the layers over that of the upper half.");
  for (const auto& [paper, measured] : cases) {
    document.section(fmt::format("Table {}: {}", paper->table, paper->title));
    document.paragraph(measured.setting + ".");
    add_table(document, measured, *paper);
    add_figures(document, measured, *paper);
  }
  if (!spread.empty()) {
    document.section("Where the errors are");
    document.table(spread);
  }
  add_how_it_was_run(document, experiment);
  return document;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
