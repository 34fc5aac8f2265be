#include "tools/check/op_summary.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Activations and criteria have no parameters, so no parameter gradient. Criteria have no residual.
bool has(const Op& op, std::string_view rule) {
  if (rule == "parameter gradient") return op.kind == Op::Kind::Weighted;
  if (rule == "residual") return op.kind != Op::Kind::Criterion;
  return true;
}

}  // namespace

bool OpSummary::passed() const {
  return refused.empty() && std::ranges::all_of(rules, [](const RuleError& e) { return e.relative <= kTolerance; });
}

OpSummary summarize(const Op& op, Targets targets, std::uint64_t seed) {
  OpSummary summary{.op = &op, .targets = targets};
  for (int i = 0; i < OpSummary::kPoints; ++i) {
    Random random(seed, Random::Stream::Test, static_cast<std::uint64_t>(i));
    const OpPoint point = random_point(random, op, targets);
    std::vector<RuleError> errors;
    try {
      errors = check_op(op, point);
    } catch (const Error& error) {
      const std::string what = error.what();
      summary.refused = what.starts_with(op.name) ? what : fmt::format("{}: {}", op.name, what);
      return summary;
    }
    std::erase_if(errors, [&op](const RuleError& error) { return !has(op, error.rule); });
    const Shape shape = point.x[0].shape();
    for (RuleError& error : errors) {
      error.worst += fmt::format(" ({} features, {} samples)", shape.rows, shape.cols);
      const auto worst = std::ranges::find(summary.rules, error.rule, &RuleError::rule);
      if (worst == summary.rules.end()) {
        summary.rules.push_back(error);
      } else if (error.relative > worst->relative) {
        *worst = error;
      }
    }
  }
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
