#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/tensor.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A copy of some buffers, in the memory where they are.
class Snapshot {
 public:
  void take(const std::vector<NamedState>& buffers);
  /// Exchanges the copy and the buffers, which must be those of take().
  void swap(const std::vector<NamedState>& buffers);
  [[nodiscard]] bool empty() const { return values_.empty(); }
  void clear() { values_.clear(); }

 private:
  std::vector<Tensor> values_;
};

/// Decides which epochs of a training are written to disk. A write waits for the disk, which takes longer than a short
/// epoch. So one follows another after two seconds at the earliest, and the epochs between are only kept in memory.
class SavePoints {
 public:
  /// `write` saves the present state. Model and optimizer must outlive this object.
  SavePoints(const Model& model, Optimizer& optimizer, std::function<void()> write);

  /// Writes the state that a training starts from. The first epoch after it is due at once.
  void start();
  /// Whether passed() would write now.
  [[nodiscard]] bool due() const;
  /// After a complete epoch: writes its state or keeps it.
  void passed();
  /// Writes the present state, if it differs from the one on disk. `moved`: steps have followed the last passed().
  void finish(bool moved = false);
  /// After a later epoch has failed: writes the kept state if there is one. The present state stays as it is.
  void write_kept();

 private:
  using Clock = std::chrono::steady_clock;

  void write();

  const Model& model_;
  Optimizer& optimizer_;
  std::function<void()> write_;
  Snapshot kept_;
  bool written_ = false;  // the state of the last passed() is on disk
  Clock::time_point when_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
