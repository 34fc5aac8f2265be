#include "tools/train/run_folder.h"

#include <array>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "framework/io/tensor_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kMetrics = "metrics.csv";
constexpr std::string_view kModel = "model.safetensors";
constexpr std::string_view kCheckpoint = "checkpoint.safetensors";

/// All buffers of a run, under the names that the checkpoint has them by.
std::vector<NamedState> buffers(const Model& model, Optimizer& optimizer) {
  std::vector<NamedState> all;
  for (std::size_t p = 0; p < model.graph->parameters().size(); ++p) {
    all.push_back({fmt::format("parameter.{}", p), model.graph->parameters()[p]});
  }
  for (NamedState& state : optimizer.state()) all.push_back({"optimizer." + state.name, state.values});
  return all;
}

const std::string& metadata(const SafetensorsFile& file, const char* key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) {
    throw Error(fmt::format("{}: its metadata has no {}, expected a checkpoint of this program", file.source(), key));
  }
  return found->second;
}

void require_same(const std::string& source, const Settings& stored, const Settings& now) {
  const auto require = [&](const std::string& key, const std::string& value) {
    const auto found = stored.find(key);
    const std::string was = found == stored.end() ? "none" : found->second;
    if (was != value) {
      throw UsageError(fmt::format("{}: that run has {} {}, found {} now; a run resumes with its own settings", source,
                                   key, was, value));
    }
  };
  const auto data = now.find("data");
  for (auto setting = now.begin(); setting != now.end(); ++setting) {
    if (setting != data) require(setting->first, setting->second);
  }
  for (const auto& [key, value] : stored) {
    if (!now.contains(key)) {
      throw UsageError(fmt::format("{}: that run has {} {}, found none now; a run resumes with its own settings",
                                   source, key, value));
    }
  }
  if (data != now.end()) require(data->first, data->second);  // last, as options may be why it differs
}

}  // namespace

void RunState::add_row(const Score& train, const Score& test) {
  metrics += fmt::format("{},{},{:.3f},{:.9g},{:.9g},{:.9g},{:.9g}\n", epoch, step, seconds, train.loss, train.accuracy,
                         test.loss, test.accuracy);
}

void RunFolder::create() const {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error || !std::filesystem::is_directory(path_)) {
    throw Error(fmt::format("--output {}: cannot be made: {}", path_.string(),
                            error ? error.message() : "something else has that name"));
  }
}

void RunFolder::create_new() const {
  for (const std::string_view name : std::array{kCheckpoint, kModel, kMetrics}) {
    if (std::filesystem::exists(path_ / name)) {
      throw UsageError(
          fmt::format("--output {0}: already holds a run ({1}), expected a new folder, or --resume {0} to "
                      "continue that run",
                      path_.string(), name));
    }
  }
  create();
}

void RunFolder::save_checkpoint(const RunState& state, const Settings& settings, const Model& model,
                                Optimizer& optimizer) const {
  const nlohmann::json progress{{"epoch", state.epoch}, {"step", state.step}, {"seconds", state.seconds}};
  std::map<std::string, TensorSource> tensors;
  for (const NamedState& buffer : buffers(model, optimizer)) tensors[buffer.name] = stored_by_columns(buffer.values);
  write_safetensors(
      path_ / kCheckpoint, tensors,
      {{"settings", nlohmann::json(settings).dump()}, {"progress", progress.dump()}, {"metrics", state.metrics}});
}

void RunFolder::save_results(const RunState& state, const Model& model, const Normalization& normalization,
                             const ModelMetadata& metadata) const {
  save_model(path_ / kModel, model, normalization, metadata);
  replace_file(path_ / kMetrics, state.metrics);
}

RunState RunFolder::load_checkpoint(const Settings& settings, Model& model, Optimizer& optimizer) const {
  const std::filesystem::path path = path_ / kCheckpoint;
  if (!std::filesystem::exists(path)) {
    throw Error(fmt::format("--resume {}: holds no {}, expected the output folder of an earlier run", path_.string(),
                            kCheckpoint));
  }
  const SafetensorsFile file(path);
  RunState state;
  try {
    require_same(path.string(), nlohmann::json::parse(metadata(file, "settings")).get<Settings>(), settings);
    const auto progress = nlohmann::json::parse(metadata(file, "progress"));
    progress.at("epoch").get_to(state.epoch);
    progress.at("step").get_to(state.step);
    progress.at("seconds").get_to(state.seconds);
    state.metrics = metadata(file, "metrics");
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a checkpoint of this program: {}", path.string(), error.what()));
  }
  const std::vector<NamedState> all = buffers(model, optimizer);
  for (const NamedState& buffer : all) {
    file.require(buffer.name, dtype_of<real>(), std::array<std::int64_t, 2>{buffer.values.cols, buffer.values.rows});
  }
  for (const NamedState& buffer : all) read_by_columns(file, buffer.name, buffer.values);
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
