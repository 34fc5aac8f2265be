#include "tools/check/report.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string_view verdict(bool passed) { return passed ? "pass" : "FAIL"; }

/// The line for a failed check.
std::string failure(const std::string& where, std::string_view rule, const std::string& worst, double error,
                    double tolerance) {
  return fmt::format("{}, {}: {}; relative error {:.1e}, tolerance {:.0e}", where, rule, worst, error, tolerance);
}

int conclude(std::size_t checks, const std::vector<std::string>& failures) {
  fmt::print("\n");
  for (const std::string& line : failures) fmt::print("{}\n", line);
  if (failures.empty()) {
    fmt::print("all {} checks passed\n", checks);
    return 0;
  }
  fmt::print("{} of {} checks failed\n", failures.size(), checks);
  return 1;
}

}  // namespace

int report(std::span<const OpSummary> ops) {
  // The names that check_op uses.
  constexpr std::array<std::string_view, 6> rules{"gradient", "parameter gradient", "curvature", "residual", "tangent",
                                                  "factor"};
  std::size_t width = 2;
  for (const OpSummary& summary : ops) width = std::max(width, summary.op->name.size());
  fmt::print("{:<{}}  {:<12}  {:>6}", "op", width, "targets", "points");
  for (const std::string_view rule : rules) fmt::print("  {:>9}", rule);
  fmt::print("  {:>9}\n", "tolerance");

  std::size_t checks = 0;
  std::vector<std::string> failures;
  for (const OpSummary& summary : ops) {
    fmt::print("{:<{}}  {:<12}  {:>6}", summary.op->name, width, name(summary.targets), OpSummary::kPoints);
    for (const std::string_view rule : rules) {
      const auto found = std::ranges::find(summary.rules, rule, &RuleError::rule);
      fmt::print("  {:>{}}", found == summary.rules.end() ? "-" : fmt::format("{:.1e}", found->relative),
                 std::max<std::size_t>(9, rule.size()));
    }
    fmt::print("  {:>9.0e}  {}\n", OpSummary::kTolerance, verdict(summary.passed()));
    checks += summary.rules.size() + (summary.refused.empty() ? 0 : 1);
    if (!summary.refused.empty()) failures.push_back(summary.refused);
    for (const RuleError& rule : summary.rules) {
      if (rule.relative <= OpSummary::kTolerance) continue;
      failures.push_back(
          failure(std::string(summary.op->name), rule.rule, rule.worst, rule.relative, OpSummary::kTolerance));
    }
  }
  return conclude(checks, failures);
}

int report(std::span<const CheckResult> results) {
  std::size_t width = 7;
  for (const CheckResult& result : results) width = std::max(width, result.rule.size());
  fmt::print("{:<5}  {:<{}}  {:>14}  {:>19}  {:>9}\n", "layer", "checked", width, "relative error",
             "smallest eigenvalue", "tolerance");
  int layer = 0;
  std::vector<std::string> failures;
  for (const CheckResult& result : results) {
    const bool error = result.kind == CheckResult::Kind::Error;
    const std::string value = fmt::format("{:.1e}", result.value);
    fmt::print("{:<5}  {:<{}}  {:>14}  {:>19}  {:>9.0e}  {}\n",
               result.layer == layer ? "" : fmt::format("{}", result.layer), result.rule, width, error ? value : "-",
               error ? "-" : value, result.bound, verdict(result.passed()));
    layer = result.layer;
    if (result.passed()) continue;
    const std::string where = fmt::format("layer {}", result.layer);
    failures.push_back(error ? failure(where, result.rule, result.worst, result.value, result.bound)
                             : fmt::format("{}, {}: {}; relative to the largest {}, tolerance {:.0e}", where,
                                           result.rule, result.worst, value, result.bound));
  }
  return conclude(results.size(), failures);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
