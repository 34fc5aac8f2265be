#pragma once

#include "framework/workspace.h"
#include "second_order/cg_options.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The iterates of conjugate gradients with all of their scalars on the device: what steers them is decided there, and
/// the host waits for it once, at the end.
class CgRecurrence {
 public:
  /// Starts from x = 0 with memory of the workspace. x is the iterate.
  CgRecurrence(ConstMatrixView b, MatrixView x, const CgOptions& options, Workspace& workspace);

  [[nodiscard]] ConstMatrixView p() const {
    return p_;
  }                                                  ///< the direction, scaled as CgScales says; so is x until end()
  [[nodiscard]] MatrixView q() const { return q_; }  ///< where A p has to be for advance(), A x for end()

  /// Whether the last iteration has been seen to be done; not yet, at times, where it is.
  [[nodiscard]] bool ended() const { return signal_->is_set(); }

  /// One iteration; nothing where the last is done.
  void advance();

  /// Waits for the iterations, and says how they went.
  SolveSummary end();

 private:
  Workspace* workspace_;
  bool first_ = true;  // no product with A has been seen
  ConstMatrixView b_;
  MatrixView x_;
  MatrixView r_;
  MatrixView p_;
  MatrixView q_;
  MatrixView scalars_;
  Signal* signal_;
  double tolerance_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
