#pragma once

#include <charconv>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include <boost/program_options.hpp>
#include <fmt/core.h>

#include "framework/error.h"

/// What the tools' command lines have in common. Every value is text: numbers are read afterwards, with their ranges
/// and in one style of message.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// In place of the text of a default: the option has none.
inline constexpr const char* kNoDefault = nullptr;

/// The exit status of a tool after a NumericalError.
inline constexpr int kNumericalErrorStatus = 3;

/// A titled group of options in the text of --help.
class OptionGroup {
 public:
  explicit OptionGroup(const char* title);

  /// initial: nullptr for an option without a default.
  void add(const char* name, const char* value, const char* initial, const std::string& text);
  /// An option without a value; in a file, `name = true`.
  void add_flag(const char* name, const std::string& text);
  [[nodiscard]] const boost::program_options::options_description& options() const { return options_; }

 private:
  boost::program_options::options_description options_;
};

/// All groups of a tool, and --help.
boost::program_options::options_description option_table(std::initializer_list<const OptionGroup*> groups);

/// `text` and a line for each entry of a table.
template <class Range, class Line>
std::string listed(std::string text, const Range& range, Line line) {
  for (const auto& entry : range) text.append("\n").append(line(entry));
  return text;
}

/// Options from the command line, then from the file that --config names where the table has that option, then from
/// the preset where it has those. Throws UsageError for what the table does not have.
boost::program_options::variables_map read_arguments(int argc, const char* const* argv,
                                                     const boost::program_options::options_description& table);

/// The values of options by name. What does not fit throws UsageError naming the option, what was found and what was
/// expected.
class ArgumentValues {
 public:
  explicit ArgumentValues(const boost::program_options::variables_map& values) : values_(&values) {}

  /// By the user, not by default.
  [[nodiscard]] bool given(const char* option) const;
  [[nodiscard]] std::string text(const char* option) const;
  [[nodiscard]] bool flag(const char* option) const;

  template <class T>
  [[nodiscard]] T number(const char* option, const char* expected, const std::function<bool(T)>& fits) const {
    const std::string found = text(option);
    T value{};
    const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error != std::errc{} || end != found.data() + found.size() || !fits(value)) {
      throw UsageError(fmt::format("--{}: found '{}', expected {}", option, found, expected));
    }
    return value;
  }
  /// From 1.
  [[nodiscard]] int count(const char* option) const;
  [[nodiscard]] std::uint64_t seed() const;
  /// --threads, or all processors.
  [[nodiscard]] int threads() const;
  /// Whether --precision is double, and not float.
  [[nodiscard]] bool in_double() const;

  /// look_up(text) throws UsageError for an unknown name; the message gets the option's.
  template <class LookUp>
  [[nodiscard]] auto named(const char* option, const LookUp& look_up) const {
    try {
      return look_up(text(option));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("--{}: {}", option, error.what()));
    }
  }

  /// UsageError when the option is missing; `what` says what it should have been.
  [[nodiscard]] std::string required(const char* option, std::string_view what) const;
  /// UsageError when it is given although it has no effect with `reason`, such as "--optimizer sgd".
  void refuse(const char* option, std::string_view reason) const;

 private:
  const boost::program_options::variables_map* values_;
};

/// Runs a check of the library whose messages begin with the name of what is also an option.
template <class Check>
void as_option(const Check& check) {
  try {
    check();
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--{}", error.what()));
  }
}

/// The exit status of a tool: what `run` returns, or 1 for an Error, 2 for a UsageError and kNumericalErrorStatus for a
/// NumericalError, with one line on standard error.
int run_tool(std::string_view name, const std::function<int()>& run);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
