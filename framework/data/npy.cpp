#include "framework/data/npy.h"

#include <optional>
#include <string>
#include <system_error>

#include <fmt/core.h>

#include "framework/data/npy_file.h"
#include "framework/data/table.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

enum class Read { Everything, Shape };

/// Targets [N, outputs] or [N].
void read_targets(NpyFile file, Table& table) {
  const std::size_t extents = file.shape().size();
  if (extents != 1 && extents != 2) {
    throw Error(fmt::format("{}: has the shape {}, expected [N, outputs] or [N]", file.path(), file.shape_text()));
  }
  if (file.shape().front() != table.samples) {
    throw Error(fmt::format("{}: holds targets of {} samples, expected {}, as many as {}", file.path(),
                            file.shape().front(), table.samples, table.inputs_file));
  }
  table.targets_file = file.path();
  table.outputs = extents == 1 ? 1 : file.shape().back();
  table.integers = file.integers();
  table.targets = file.read_numbers();
}

Table read_part(const std::filesystem::path& dir, const std::string& part, const DatasetOptions& options, Read what) {
  const auto file = [&](const std::string& kind) {
    return table_file(dir, fmt::format("{}_{}.npy", part, kind),
                      "train_inputs.npy, train_targets.npy, test_inputs.npy and test_targets.npy");
  };
  NpyFile inputs(file("inputs"));
  if (inputs.shape().size() != 2) {
    throw Error(fmt::format("{}: has the shape {}, expected [N, features]", inputs.path(), inputs.shape_text()));
  }
  Table table{.name = "npy " + part,
              .inputs_file = inputs.path(),
              .targets_file = inputs.path(),
              .unit = "row",
              .samples = inputs.shape().front(),
              .features = inputs.shape().back()};
  if (what == Read::Everything) {
    if (inputs.type() == "uint8") {
      table.bytes = inputs.read_bytes();
    } else {
      table.numbers = inputs.read_numbers();
    }
  }
  if (options.task != Task::Autoencoder) read_targets(NpyFile(file("targets")), table);
  return table;
}

}  // namespace

DatasetPair load_npy(const std::filesystem::path& dir, const DatasetOptions& options) {
  Table train = read_part(dir, "train", options, Read::Everything);
  Table test = read_part(dir, "test", options, Read::Everything);
  std::optional<Table> validation;
  std::error_code ignored;
  if (std::filesystem::exists(dir / "validation_inputs.npy", ignored)) {
    validation = read_part(dir, "validation", options, Read::Everything);
  }
  return table_datasets(std::move(train), std::move(test), std::move(validation), options);
}

DatasetShape npy_shape(const std::filesystem::path& dir, const DatasetOptions& options) {
  return table_shape(read_part(dir, "train", options, Read::Shape), options);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
