#include "tools/command_line/datasets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "framework/data/missing.h"
#include "framework/data/separator.h"
#include "framework/error.h"
#include "framework/index.h"
#include "tools/command_line/column_list.h"
#include "tools/command_line/status_line.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kDefaults{
    DatasetDefaults{"fashion-mnist", "/usr/share/datasets/fashion-mnist", "784-512-256-128-64-32-16-10"},
    DatasetDefaults{"cifar-10", nullptr, "cifar-10"},
    DatasetDefaults{"image-folder", nullptr, ""},
    DatasetDefaults{"csv", nullptr, ""},
    DatasetDefaults{"npy", nullptr, ""},
};

void print_skipped(const Dataset& data) {
  constexpr std::size_t most = 5;
  if (data.skipped.empty()) return;
  fmt::print("{}: skipped {} of {} images that cannot be read:\n", data.name, data.skipped.size(),
             data.skipped.size() + to_index(data.size()));
  const std::size_t shown = std::min(data.skipped.size(), most);
  for (std::size_t i = 0; i < shown; ++i) fmt::print("  {}\n", data.skipped[i]);
  if (shown < data.skipped.size()) fmt::print("  and {} more\n", data.skipped.size() - shown);
}

void print_other_files(const Dataset& data) {
  if (data.other_files.empty()) return;
  std::string counts;
  int all = 0;
  for (const auto& [extension, count] : data.other_files) {
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, extension.empty() ? "without" : extension);
    all += count;
  }
  fmt::print("{}: left out {} files whose names do not end in .jpg, .jpeg or .png ({})\n", data.name, all, counts);
}

void print_dropped(const Dataset& data) {
  if (data.dropped == 0) return;
  fmt::print("{}: dropped {} of {} rows for missing values\n", data.name, data.dropped, data.dropped + data.size());
}

}  // namespace

const DatasetDefaults& dataset_defaults(const DatasetFormat& format) {
  const auto* found = std::ranges::find(kDefaults, format.name, &DatasetDefaults::dataset);
  if (found == kDefaults.end()) throw Error(fmt::format("the tools have no defaults for data set {}", format.name));
  return *found;
}

void add_dataset_options(OptionGroup& group, const std::string& use) {
  group.add("dataset", "NAME", "fashion-mnist", listed(use + ":", dataset_formats(), [](const auto& format) {
              return fmt::format("{}: {}", format.name, format.description);
            }));
  group.add("data", "DIR", nullptr,
            "folder with the data set's files; required, except for fashion-mnist: by default the folder of Debian's "
            "package dataset-fashion-mnist");
  group.add(
      "targets", "NAMES", nullptr,
      "(csv) names of the target columns, separated by commas; a name that holds a comma stands in double quotes, "
      "as in CSV. All other columns are inputs. One column of text holds names of classes");
  group.add("separator", "CHAR", kNoDefault,
            "(csv) what is between cells: comma (the default), semicolon, tab, or the character itself, such as '|'");
  group.add(
      "missing", "HOW", kNoDefault,
      "(csv) what to do about missing values, which are empty cells and NA, N/A, NaN, null or ? in upper or lower "
      "case:\n"
      "refuse: end with an error (the default)\n"
      "drop: leave out the rows, and print how many\n"
      "mean: take the column's mean over train.csv for inputs, and leave out rows without a target");
  group.add(
      "label-base", "N", kNoDefault,
      "(csv, npy) first class, if classes are integers; without this option 0, which the training set must then have");
  group.add("image-size", "N", nullptr,
            fmt::format("(image-folder) scale the shorter side of every image to N pixels and crop the central N x N "
                        "(1 <= N <= {}); without it all images must have the same size",
                        DatasetOptions::largest_image_size));
  group.add_flag("skip-broken",
                 "(image-folder) skip images that cannot be read and report them; without it they are errors");
}

const DatasetFormat& dataset_option(const ArgumentValues& values) {
  return *values.named("dataset", [](const auto& name) { return &dataset_format(name); });
}

std::filesystem::path data_option(const ArgumentValues& values, const DatasetFormat& format) {
  if (values.given("data")) return values.text("data");
  const char* const installed = dataset_defaults(format).data;
  if (installed == nullptr) throw UsageError(fmt::format("--data: missing, expected the folder of {}", format.name));
  return installed;
}

DatasetOptions dataset_options(const ArgumentValues& values, const DatasetFormat& format) {
  const std::string dataset = fmt::format("--dataset {}", format.name);
  if (!format.image_files) {
    for (const char* option : {"image-size", "skip-broken"}) values.refuse(option, dataset);
  }
  if (!format.named_columns) {
    for (const char* option : {"targets", "separator", "missing"}) values.refuse(option, dataset);
  }
  if (!format.table) values.refuse("label-base", dataset);
  DatasetOptions options;
  if (values.given("targets")) options.targets = values.named("targets", parse_columns);
  if (values.given("separator")) options.separator = values.named("separator", separator_from_name);
  if (values.given("missing")) options.missing = values.named("missing", missing_from_name);
  if (values.given("label-base")) {
    constexpr int largest = 1'000'000;  // small enough for float to tell integers apart
    options.label_base = values.number<int>("label-base", "a whole number from -1000000 to 1000000",
                                            [](int n) { return n >= -largest && n <= largest; });
  }
  if (values.given("image-size")) {
    constexpr int largest = DatasetOptions::largest_image_size;
    options.image_size = values.number<int>("image-size", fmt::format("a whole number from 1 to {}", largest).c_str(),
                                            [](int n) { return n >= 1 && n <= largest; });
  }
  options.skip_broken = values.flag("skip-broken");
  return options;
}

DatasetPair load_dataset(const DatasetFormat& format, const std::filesystem::path& dir, DatasetOptions options) {
  StatusLine status;
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> start;  // of the second image; the time before it does not predict the rest
  options.on_progress = [&](int done, int all) {
    if (!start) start = Clock::now();
    if (done < 2 || !status.due()) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - *start).count();
    status.draw(fmt::format("{}  {}  {} of {} images  {} left", format.name, progress_bar(done, all),
                            grouped(static_cast<std::uint64_t>(done)), grouped(static_cast<std::uint64_t>(all)),
                            format_duration(seconds * (all - done) / (done - 1))));
  };
  DatasetPair data = format.load(dir, options);
  status.clear();
  for (const Dataset* part : {&data.train, &data.test, &data.validation}) {
    print_skipped(*part);
    print_other_files(*part);
    print_dropped(*part);
  }
  return data;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
