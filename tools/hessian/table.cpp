#include "tools/hessian/table.h"

#include <fmt/format.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kRow = "{:>5}  {:>5}  {:>9}  {:<14}  {:>10}  {:>19}  {:>18}\n";

constexpr std::string_view kLegend =
    "error: ‖G - |E[H]|‖_F of a curvature's block G, where |.| takes absolute eigenvalues; total: root of the sum of\n"
    "squares. For exact, G = E[H], the error is twice the norm of the negative part of E[H].\n"
    "‖a‖²/tr A: share of the mean a = E[h] in the second moment A = E[h hᵀ] of a layer's input. Where it is near 0,\n"
    "EA-CG, which approximates A by a aᵀ, takes a step of gradient descent.\n";

std::string number(double value) { return fmt::format("{:.4e}", value); }

}  // namespace

std::string format_table(const Report& report, std::span<const LeftOut> left_out) {
  std::string table = fmt::format(kRow, "layer", "units", "‖a‖²/tr A", "curvature", "error", "smallest eigenvalue",
                                  "largest eigenvalue");
  for (std::size_t layer = 0; layer < report.units.size(); ++layer) {
    for (const CurvatureReport& each : report.curvatures) {
      const BlockMeasures& block = each.layers[layer];
      table += fmt::format(kRow, layer + 1, report.units[layer], fmt::format("{:.4f}", report.mean_shares[layer]),
                           each.curvature, number(block.error), number(block.smallest_eigenvalue),
                           number(block.largest_eigenvalue));
    }
  }
  for (const CurvatureReport& each : report.curvatures) {
    table +=
        fmt::format("{:>5}  {:>5}  {:>9}  {:<14}  {:>10}\n", "total", "", "", each.curvature, number(each.total_error));
  }
  table += kLegend;
  for (const LeftOut& each : left_out) table += fmt::format("{} is left out: {}\n", each.curvature->name, each.reason);
  return table;
}

std::string format_csv(const Report& report) {
  std::string csv = fmt::format("{}\n", kCsvHeader);
  for (std::size_t layer = 0; layer < report.units.size(); ++layer) {
    for (const CurvatureReport& each : report.curvatures) {
      const BlockMeasures& block = each.layers[layer];
      csv += fmt::format("{},{},{},{},{},{},{}\n", layer + 1, report.units[layer], each.curvature, block.error,
                         block.smallest_eigenvalue, block.largest_eigenvalue, report.mean_shares[layer]);
    }
  }
  for (const CurvatureReport& each : report.curvatures) {
    csv += fmt::format("total,,{},{},,,\n", each.curvature, each.total_error);
  }
  return csv;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
