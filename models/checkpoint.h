#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/io/safetensors_stream.h"
#include "framework/optimizers/optimizer.h"
#include "models/model.h"

/// Checkpoints, from which a training continues bit for bit.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The settings that determine every bit of a run, by name.
using Settings = std::map<std::string, std::string>;

/// Throws UsageError naming `source` and the first setting that differs. Compares "data" last, because another setting
/// may be the reason that it differs.
void require_same_settings(const std::string& source, const Settings& stored, const Settings& now);

/// The buffers that a training continues from, under their names in a checkpoint: the parameters, the optimizer's state
/// and `more`.
std::vector<NamedState> run_buffers(const Model& model, Optimizer& optimizer, const std::vector<NamedState>& more = {});

/// Stores the parameters, the optimizer's state and the buffers `more`, with the settings and the caller's `texts`.
/// Replaces the file whole or not at all (Error).
void save_checkpoint(const std::filesystem::path& path, const Settings& settings,
                     const std::map<std::string, std::string>& texts, const Model& model, Optimizer& optimizer,
                     const std::vector<NamedState>& more = {});

class CheckpointFile {
 public:
  /// Throws Error where the file cannot be used.
  explicit CheckpointFile(const std::filesystem::path& path) : file_(path) {}

  /// Both throw Error if the file is no checkpoint.
  [[nodiscard]] Settings settings() const;
  [[nodiscard]] const std::string& text(const std::string& key) const;
  /// nullptr if the file has no such text.
  [[nodiscard]] const std::string* find_text(const std::string& key) const;

  /// Throws Error if a buffer is missing or has another shape; no buffer is changed then.
  void restore(const Model& model, Optimizer& optimizer, const std::vector<NamedState>& more = {}) const;

 private:
  SafetensorsFile file_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
