#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/command_line/arguments.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// One option of an optimizer. A row is all that there is of it: the command line and the file of --config, the
/// presets, the settings in a checkpoint and the description of a run are made of the rows.
struct OptimizerOption {
  using Text = std::function<std::string(const OptimizerOptions&)>;

  const char* name;
  const char* value;                         ///< what --help calls it, such as "X"
  std::vector<std::string_view> optimizers;  ///< that read it; empty: all
  std::string help;
  std::string choices = {};  ///< lines of --help for each value of a name
  std::function<void(const ArgumentValues&, OptimizerOptions&)> read =
      {};                  ///< throws UsageError for what is out of range
  Text text = {};          ///< the value, as it would be given
  const char* label = "";  ///< of a description, with {} for the value: "rank {}"
  const char* off = "";    ///< the value that has no place in a description
  bool by_kind = false;    ///< the default is of the optimizer's kind
  /// The option beside which this one has no effect, such as "--damping fixed"; empty where it has one.
  Text without_effect = [](const OptimizerOptions&) { return std::string(); };
  /// Whether its value is a setting of the run.
  std::function<bool(const OptimizerOptions&)> is_setting = [](const OptimizerOptions&) { return true; };

  [[nodiscard]] bool is_of(const OptimizerKind& kind) const;
  /// Whether presets have a value for it: second-order reads it.
  [[nodiscard]] bool has_presets() const;
};

/// The table, in the order of --help.
std::span<const OptimizerOption> optimizer_table();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
