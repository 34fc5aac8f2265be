#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/io/safetensors_stream.h"
#include "framework/optimizers/optimizer.h"
#include "models/model.h"

/// What a training goes on from, bit for bit.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What decides the bits of a run, by name.
using Settings = std::map<std::string, std::string>;

/// UsageError naming `source` and the first setting that differs. "data" comes last, as others may be why it differs.
void require_same_settings(const std::string& source, const Settings& stored, const Settings& now);

/// Parameters, the optimizer's state and `more` buffers, with the settings and `texts` of the caller's own. Replaced
/// whole (Error).
void save_checkpoint(const std::filesystem::path& path, const Settings& settings,
                     const std::map<std::string, std::string>& texts, const Model& model, Optimizer& optimizer,
                     const std::vector<NamedState>& more = {});

class CheckpointFile {
 public:
  /// Throws Error where the file cannot be used.
  explicit CheckpointFile(const std::filesystem::path& path) : file_(path) {}

  /// Throws Error where the file is no checkpoint, as text() does.
  [[nodiscard]] Settings settings() const;
  [[nodiscard]] const std::string& text(const std::string& key) const;

  /// Throws Error where a buffer is missing or has another shape; all are then as they were.
  void restore(const Model& model, Optimizer& optimizer, const std::vector<NamedState>& more = {}) const;

 private:
  SafetensorsFile file_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
