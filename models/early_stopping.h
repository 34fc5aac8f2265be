#pragma once

#include <cmath>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Which epoch of a training is the best by some measure, and whether it is time to stop.
class EarlyStopping {
 public:
  /// `patience`: epochs in a row without a new best before should_stop(), from 1; 0: never.
  explicit EarlyStopping(bool higher_is_better, int patience = 0)
      : higher_is_better_(higher_is_better), patience_(patience) {}

  /// The measure after the next epoch. Whether it is the best so far: better than all before, and a number.
  bool add(double measure) {
    ++epoch_;
    const bool better = higher_is_better_ ? measure > best_ : measure < best_;
    if (std::isnan(measure) || (best_epoch_ > 0 && !better)) return false;
    best_ = measure;
    best_epoch_ = epoch_;
    return true;
  }
  [[nodiscard]] bool should_stop() const { return patience_ > 0 && epoch_ - best_epoch_ >= patience_; }
  /// From 1; 0 before there is one.
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
