#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include <fmt/core.h>

#include "second_order/options.h"
#include "tools/command_line/optimizer_table.h"

/// Helpers that create the rows of optimizer_table().

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct Range {
  const char* expected;
  bool (*fits)(double x);
};

inline constexpr Range kShare{"a number in [0, 1)", [](double x) { return x >= 0 && x < 1; }};
inline constexpr Range kPositive{"a number above 0 and below 1e6", [](double x) { return x > 0 && x < 1e6; }};
inline constexpr Range kFromZero{"a number in [0, 1e6)", [](double x) { return x >= 0 && x < 1e6; }};
inline constexpr Range kCount{"a whole number from 1 to 2147483647", [](double x) { return x >= 1; }};

inline std::string text_of(double value) { return fmt::format("{}", value); }
inline std::string text_of(int value) { return fmt::format("{}", value); }

template <class T>
T number(const ArgumentValues& values, const char* name, const Range& range) {
  return values.number<T>(name, range.expected, [&](T x) { return range.fits(static_cast<double>(x)); });
}

/// A row for a number. `member`: returns a reference to the number in OptimizerOptions.
template <class Member>
OptimizerOption number_row(OptimizerOption row, const Range& range, Member member) {
  using T = std::remove_cvref_t<decltype(member(std::declval<OptimizerOptions&>()))>;
  row.read = [=, name = row.name](const ArgumentValues& values, OptimizerOptions& options) {
    member(options) = number<T>(values, name, range);
  };
  row.text = [=](const OptimizerOptions& options) { return text_of(member(options)); };
  return row;
}

/// A row for a number, or "auto" for kAutomatic.
template <class Member>
OptimizerOption automatic_row(OptimizerOption row, const Range& range, Member member) {
  row = number_row(std::move(row), range, member);
  row.read = [=, name = row.name, read = row.read](const ArgumentValues& values, OptimizerOptions& options) {
    if (values.text(name) != "auto") return read(values, options);
    member(options) = kAutomatic;
  };
  row.text = [=, text = row.text](const OptimizerOptions& options) {
    return member(options) == kAutomatic ? std::string("auto") : text(options);
  };
  return row;
}

/// A row for an entry of a table. `entry`: returns the entry with a name, or throws UsageError. `name_of`: returns the
/// entry's name.
template <class Member, class Entry, class NameOf>
OptimizerOption named_row(OptimizerOption row, Member member, Entry entry, NameOf name_of) {
  row.read = [=, name = row.name](const ArgumentValues& values, OptimizerOptions& options) {
    member(options) = values.named(name, entry);
  };
  row.text = [=](const OptimizerOptions& options) { return std::string(name_of(member(options))); };
  return row;
}

inline OptimizerOption shown(OptimizerOption row, const char* label, const char* off = "") {
  row.label = label;
  row.off = off;
  return row;
}

/// A row that has no effect if `holds`. `reason`: returns the option that is the cause, such as "--damping fixed".
inline OptimizerOption unless(OptimizerOption row, bool (*holds)(const OptimizerOptions&),
                              std::string (*reason)(const OptimizerOptions&)) {
  row.without_effect = [=](const OptimizerOptions& options) { return holds(options) ? reason(options) : ""; };
  return row;
}

/// A row that is not a setting of the run if it has no effect.
inline OptimizerOption effective(OptimizerOption row) {
  row.is_setting = [without = row.without_effect](const OptimizerOptions& options) { return without(options).empty(); };
  return row;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
