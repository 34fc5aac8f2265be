#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/command_line/arguments.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// One option of an optimizer. To add an option, add a row: the command line, the file of --config, the presets, the
/// settings in a checkpoint and the description of a run are all built from the rows.
struct OptimizerOption {
  using Text = std::function<std::string(const OptimizerOptions&)>;

  const char* name;
  const char* value;                         ///< name of the value in --help, such as "X"
  std::vector<std::string_view> optimizers;  ///< those that use the option; empty: all
  std::string help;
  std::string choices = {};  ///< lines of --help that list the possible names
  std::function<void(const ArgumentValues&, OptimizerOptions&)> read =
      {};                  ///< throws UsageError for a value out of range
  Text text = {};          ///< the value in the form of the command line
  const char* label = "";  ///< in a description, with {} for the value: "rank {}"
  const char* off = "";    ///< the value that a description leaves out
  bool by_kind = false;    ///< the default depends on the optimizer
  /// The option that makes this one ineffective, such as "--damping fixed"; empty if this one has an effect.
  Text without_effect = [](const OptimizerOptions&) { return std::string(); };
  /// Whether its value is a setting of the run.
  std::function<bool(const OptimizerOptions&)> is_setting = [](const OptimizerOptions&) { return true; };

  [[nodiscard]] bool is_of(const OptimizerKind& kind) const;
  /// Whether presets have a value for it, as for all options of second-order.
  [[nodiscard]] bool has_presets() const;
};

/// The table, in the order of --help.
std::span<const OptimizerOption> optimizer_table();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
