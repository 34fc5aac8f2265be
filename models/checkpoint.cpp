#include "models/checkpoint.h"

#include <array>
#include <cstdint>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/tensor_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kSettings = "settings";

}  // namespace

std::vector<NamedState> run_buffers(const Model& model, Optimizer& optimizer, const std::vector<NamedState>& more) {
  std::vector<NamedState> all;
  for (std::size_t p = 0; p < model.graph->parameters().size(); ++p) {
    all.push_back({fmt::format("parameter.{}", p), model.graph->parameters()[p]});
  }
  for (NamedState& state : optimizer.state()) all.push_back({"optimizer." + state.name, state.values});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void require_same_settings(const std::string& source, const Settings& stored, const Settings& now) {
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
  if (data != now.end()) require(data->first, data->second);
}

void save_checkpoint(const std::filesystem::path& path, const Settings& settings,
                     const std::map<std::string, std::string>& texts, const Model& model, Optimizer& optimizer,
                     const std::vector<NamedState>& more) {
  std::map<std::string, TensorSource> tensors;
  for (const NamedState& buffer : run_buffers(model, optimizer, more)) {
    tensors[buffer.name] = stored_by_columns(buffer.values);
  }
  std::map<std::string, std::string> metadata = texts;
  metadata[kSettings] = nlohmann::json(settings).dump();
  write_safetensors(path, tensors, metadata);
}

Settings CheckpointFile::settings() const {
  try {
    return nlohmann::json::parse(text(kSettings)).get<Settings>();
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a checkpoint of this program: {}", file_.source(), error.what()));
  }
}

const std::string* CheckpointFile::find_text(const std::string& key) const {
  const auto found = file_.metadata().find(key);
  return found == file_.metadata().end() ? nullptr : &found->second;
}

const std::string& CheckpointFile::text(const std::string& key) const {
  if (const std::string* const found = find_text(key)) return *found;
  throw Error(fmt::format("{}: its metadata has no {}, expected a checkpoint of this program", file_.source(), key));
}

void CheckpointFile::restore(const Model& model, Optimizer& optimizer, const std::vector<NamedState>& more) const {
  const std::vector<NamedState> all = run_buffers(model, optimizer, more);
  for (const NamedState& buffer : all) {
    file_.require(buffer.name, dtype_of<real>(), std::array<std::int64_t, 2>{buffer.values.cols, buffer.values.rows});
  }
  for (const NamedState& buffer : all) read_by_columns(file_, buffer.name, buffer.values);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
