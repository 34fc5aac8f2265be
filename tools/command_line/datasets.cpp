#include "tools/command_line/datasets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
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

/// Splits `text` at the commas.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t end = text.find(',');
    names.emplace_back(text.substr(0, end));
    if (names.back().empty()) {
      throw UsageError("--targets: found an empty name, expected names separated by commas");
    }
    if (end == std::string_view::npos) return names;
    text.remove_prefix(end + 1);
  }
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
  group.add("targets", "NAMES", nullptr,
            "(csv) names of the target columns, separated by commas; all other columns are inputs");
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
  if (!format.named_columns) values.refuse("targets", dataset);
  DatasetOptions options;
  if (values.given("targets")) options.targets = names_in(values.text("targets"));
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
  print_skipped(data.train);
  print_skipped(data.test);
  return data;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
