#include "tools/command_line/datasets.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kDefaults{
    DatasetDefaults{"fashion-mnist", "/usr/share/datasets/fashion-mnist", "784-512-256-128-64-32-16-10"},
    DatasetDefaults{"cifar-10", nullptr, "cifar-10"},
};

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
            "folder of its files; by default, of fashion-mnist only, where Debian's dataset-fashion-mnist puts them");
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

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
