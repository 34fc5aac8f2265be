#include "tools/command_line/arguments.h"

#include <cstdio>
#include <exception>
#include <new>
#include <vector>

#include <fmt/ostream.h>

#include "framework/linalg.h"
#include "framework/processors.h"
#include "tools/command_line/config_file.h"
#include "tools/command_line/presets.h"
#include "tools/curvegraph_version.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

namespace po = boost::program_options;

constexpr unsigned kWidth = 110;
constexpr unsigned kTextWidth = 72;

}  // namespace

OptionGroup::OptionGroup(const char* title) : options_(title, kWidth, kTextWidth) {}

void OptionGroup::add(const char* name, const char* value, const char* initial, const std::string& text) {
  auto* semantic = po::value<std::string>()->value_name(value);
  if (initial != nullptr) semantic->default_value(initial);
  options_.add_options()(name, semantic, text.c_str());
}

void OptionGroup::add_flag(const char* name, const std::string& text) {
  options_.add_options()(name, po::bool_switch(), text.c_str());
}

po::options_description option_table(std::initializer_list<const OptionGroup*> groups) {
  po::options_description all("", kWidth, kTextWidth);
  for (const OptionGroup* group : groups) all.add(group->options());
  all.add_options()("help,h", "print this help and exit")("version", "print the version and exit");
  return all;
}

void print_version() { fmt::print("Curvegraph {}; {}\n", CURVEGRAPH_VERSION, linalg_description()); }

bool prints_only(const po::variables_map& values, std::string_view synopsis, const po::options_description& table) {
  if (values.contains("help")) {
    fmt::print("{}\n{}", synopsis, fmt::streamed(table));
    return true;
  }
  if (!values.contains("version")) return false;
  print_version();
  return true;
}

namespace {

/// Keeps values that are there already. `source`: the start of messages.
void add_options(const OptionTexts& more, const po::options_description& table, const std::string& source,
                 po::variables_map& values) {
  std::vector<std::string> arguments;
  for (const auto& [name, value] : more) {
    const po::option_description* const option = table.find_nothrow(name, false);
    if (option == nullptr) {
      throw UsageError(fmt::format("{}: found '{}', expected an option; --help lists them", source, name));
    }
    if (option->semantic()->max_tokens() > 0) {
      arguments.push_back(fmt::format("--{}={}", name, value));
    } else if (value == "true") {
      arguments.push_back("--" + name);
    } else if (value != "false") {
      throw UsageError(fmt::format("{}: {}: found '{}', expected true or false", source, name, value));
    }
  }
  try {
    po::store(po::command_line_parser(arguments).options(table).run(), values);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}: {}; --help lists the options", source, error.what()));
  }
}

po::variables_map read_given(int argc, const char* const* argv, const po::options_description& table) {
  po::variables_map values;
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const po::parsed_options parsed = po::command_line_parser(argc, argv).options(table).style(style).run();
    for (const po::option& option : parsed.options) {
      if (option.string_key.empty()) {  // an argument without an option; po::store would ignore it
        throw UsageError(fmt::format("found '{}', expected options only; --help lists them", option.value.front()));
      }
    }
    po::store(parsed, values);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; --help lists the options", error.what()));
  }
  if (values.contains("config")) {
    const std::string path = values["config"].as<std::string>();
    add_options(read_config(path), table, "--config " + path, values);
  }
  return values;
}

}  // namespace

OptionTexts given_options(const po::variables_map& values) {
  OptionTexts given;
  for (const auto& [name, value] : values) {
    if (value.defaulted()) continue;
    if (const bool* const flag = boost::any_cast<bool>(&value.value())) {
      if (*flag) given[name] = "true";
    } else if (const std::string* const text = boost::any_cast<std::string>(&value.value())) {
      given[name] = *text;
    }
  }
  return given;
}

po::variables_map read_arguments(int argc, const char* const* argv, const po::options_description& table,
                                 const MoreOptions& more) {
  po::variables_map values = read_given(argc, argv, table);
  if (more) add_options(more(values), table, "--resume", values);
  if (table.find_nothrow("preset", false) != nullptr) apply_preset(values);
  return values;
}

bool ArgumentValues::given(const char* option) const {
  return values_->contains(option) && !(*values_)[option].defaulted();
}

std::string ArgumentValues::text(const char* option) const { return (*values_)[option].as<std::string>(); }

bool ArgumentValues::flag(const char* option) const { return (*values_)[option].as<bool>(); }

int ArgumentValues::count(const char* option) const {
  return number<int>(option, "a whole number from 1 to 2147483647", [](int n) { return n >= 1; });
}

std::uint64_t ArgumentValues::seed() const {
  return number<std::uint64_t>("seed", "a whole number from 0 to 2^64 - 1", [](auto) { return true; });
}

int ArgumentValues::threads() const {
  if (!given("threads")) return default_threads();
  return number<int>("threads", "a whole number from 1 to 1024", [](int n) { return n >= 1 && n <= 1024; });
}

bool ArgumentValues::in_double() const {
  const std::string precision = text("precision");
  if (precision == "float" || precision == "double") return precision == "double";
  throw UsageError(fmt::format("--precision: found '{}', expected float or double", precision));
}

std::string ArgumentValues::required(const char* option, std::string_view what) const {
  if (!given(option)) throw UsageError(fmt::format("--{}: missing, expected {}", option, what));
  return text(option);
}

void ArgumentValues::refuse(const char* option, std::string_view reason) const {
  if (!given(option)) return;
  throw UsageError(fmt::format("--{}: has no effect with {}, expected to be left out", option, reason));
}

int run_tool(std::string_view name, const std::function<int()>& run) {
  const auto report = [name](const char* what) { fmt::print(stderr, "{}: {}\n", name, what); };
  try {
    return run();
  } catch (const UsageError& error) {
    report(error.what());
    return 2;
  } catch (const NumericalError& error) {
    report(error.what());
    return kNumericalErrorStatus;
  } catch (const std::bad_alloc&) {
    report("out of memory: the network or --batch-size is too large");
  } catch (const std::exception& error) {
    report(error.what());
  }
  return 1;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
