#pragma once

#include <cmath>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Finds the best epoch of a training by some measure, and tells when it is time to stop.
class EarlyStopping {
 public:
  /// `patience`: should_stop() is true after this many epochs in a row, from 1, without a new best; 0: never.
  explicit EarlyStopping(bool higher_is_better, int patience = 0)
      : higher_is_better_(higher_is_better), patience_(patience) {}

  /// Adds the measure of the next epoch. Returns whether it is the best so far: better than all before, and not NaN.
  bool add(double measure) {
    ++epoch_;
    const bool better = higher_is_better_ ? measure > best_ : measure < best_;
    if (std::isnan(measure) || (best_epoch_ > 0 && !better)) return false;
    best_ = measure;
    best_epoch_ = epoch_;
    return true;
  }
  [[nodiscard]] bool should_stop() const { return patience_ > 0 && epoch_ - best_epoch_ >= patience_; }
  /// Counted from 1; 0 if there is none yet.
  [[nodiscard]] int best_epoch() const { return best_epoch_; }
  [[nodiscard]] double best() const { return best_; }

 private:
  bool higher_is_better_;
  int patience_;
  int epoch_ = 0;
  int best_epoch_ = 0;
  double best_ = 0;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
