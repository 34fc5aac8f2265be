#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "models/checkpoint.h"
#include "models/model.h"
#include "tools/reproduce/block_errors.h"
#include "tools/reproduce/hessian_errors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What has been measured.
struct MeasuredErrors {
  int update = -1;  ///< the last one; -1: none
  std::string errors = "update,curvature,layer,error\n";
  std::string losses = "update,loss\n";

  void add(int measured, double loss, const std::vector<CurvatureErrors>& all);
};

/// The folder of one case. Files are replaced whole, the checkpoint first: it alone is read again and holds the rows
/// too, so whatever moment a kill comes at, the next run writes the others anew.
class ErrorsFolder {
 public:
  /// Makes the folder where it is missing. Throws Error where it cannot, UsageError where it holds something else.
  explicit ErrorsFolder(const HessianErrorsOptions& options);

  /// What an earlier run has measured. UsageError where that had other settings.
  [[nodiscard]] MeasuredErrors load() const;
  /// To the parameters and the state that the last measurement was made at.
  void restore(const Model& model, Optimizer& optimizer) const;

  void save(const MeasuredErrors& measured, const Model& model, Optimizer& optimizer) const;
  /// All but the checkpoint. `failure`: why the case ended early; empty where it has not.
  void save_results(const MeasuredErrors& measured, std::string_view failure) const;

 private:
  [[nodiscard]] std::string case_json(const MeasuredErrors& measured, std::string_view failure) const;

  const HessianErrorsOptions* options_;
  Settings settings_;
  std::optional<CheckpointFile> checkpoint_;
};

/// The last update that is measured.
int last_measured(const HessianErrorsOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
