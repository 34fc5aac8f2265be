#pragma once

#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include <boost/program_options.hpp>
#include <fmt/core.h>

#include "framework/error.h"

/// Shared by the command lines of all tools. Every value is stored as text. Numbers are parsed and checked for their
/// range when they are read, with error messages of one style.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Passed as the default of an option that has none.
inline constexpr const char* kNoDefault = nullptr;

/// The exit status of a tool after a NumericalError.
inline constexpr int kNumericalErrorStatus = 3;

/// A titled group of options in the text of --help.
class OptionGroup {
 public:
  explicit OptionGroup(const char* title);

  /// `initial`: the default; nullptr for none.
  void add(const char* name, const char* value, const char* initial, const std::string& text);
  /// An option without a value; in a file, `name = true`.
  void add_flag(const char* name, const std::string& text);
  [[nodiscard]] const boost::program_options::options_description& options() const { return options_; }

 private:
  boost::program_options::options_description options_;
};

/// The options of all groups, --help and --version.
boost::program_options::options_description option_table(std::initializer_list<const OptionGroup*> groups);

/// Prints the help, or the version, if the user asks for it. Returns whether that is all there is to do.
bool prints_only(const boost::program_options::variables_map& values, std::string_view synopsis,
                 const boost::program_options::options_description& table);
void print_version();

/// `text` and a line for each entry of a table.
template <class Range, class Line>
std::string listed(std::string text, const Range& range, Line line) {
  for (const auto& entry : range) text.append("\n").append(line(entry));
  return text;
}

/// Options as texts, by name; those without a value as "true".
using OptionTexts = std::map<std::string, std::string>;

/// Returns more options, given those that the user gave.
using MoreOptions = std::function<OptionTexts(const boost::program_options::variables_map& given)>;

/// Reads options from the command line, then from the file of --config, then from `more`, then from the preset; the
/// file and the preset only if the table has --config and --preset. The first source that has an option decides. Throws
/// UsageError for an unknown option.
boost::program_options::variables_map read_arguments(int argc, const char* const* argv,
                                                     const boost::program_options::options_description& table,
                                                     const MoreOptions& more = {});

/// The options that are no defaults.
OptionTexts given_options(const boost::program_options::variables_map& values);

/// The values of options by name. A value that does not fit throws UsageError, which names the option, the value found
/// and the value expected.
class ArgumentValues {
 public:
  explicit ArgumentValues(const boost::program_options::variables_map& values) : values_(&values) {}

  /// Whether the user gave the option, so that its value is not the default.
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
  /// A whole number >= 1.
  [[nodiscard]] int count(const char* option) const;
  [[nodiscard]] std::uint64_t seed() const;
  /// --threads; by default default_threads().
  [[nodiscard]] int threads() const;
  /// Whether --precision is double rather than float.
  [[nodiscard]] bool in_double() const;

  /// Returns look_up(text), which throws UsageError for an unknown name. The error message then starts with the
  /// option's name.
  template <class LookUp>
  [[nodiscard]] auto named(const char* option, const LookUp& look_up) const {
    try {
      return look_up(text(option));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("--{}: {}", option, error.what()));
    }
  }

  /// Throws UsageError if the option is missing; `what` describes the expected value.
  [[nodiscard]] std::string required(const char* option, std::string_view what) const;
  /// Throws UsageError if the option is given although it has no effect with `reason`, such as "--optimizer sgd".
  void refuse(const char* option, std::string_view reason) const;

 private:
  const boost::program_options::variables_map* values_;
};

/// Runs a check of the library whose error messages begin with the name of an option, and puts "--" before them.
template <class Check>
void as_option(const Check& check) {
  try {
    check();
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--{}", error.what()));
  }
}

/// Runs a tool and returns its exit status: the result of `run`, or 1 after an Error, 2 after a UsageError and
/// kNumericalErrorStatus after a NumericalError, with one line on standard error.
int run_tool(std::string_view name, const std::function<int()>& run);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
