#include "models/save_points.h"

#include <utility>

#include "models/checkpoint.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void Snapshot::take(const std::vector<NamedState>& buffers) {
  if (values_.size() != buffers.size()) {
    values_.clear();
    for (const NamedState& buffer : buffers) values_.emplace_back(buffer.values.shape());
  }
  for (std::size_t i = 0; i < buffers.size(); ++i) copy(buffers[i].values, values_[i]);
}

void Snapshot::swap(const std::vector<NamedState>& buffers) {
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const Tensor before(values_[i]);
    copy(buffers[i].values, values_[i]);
    copy(before, buffers[i].values);
  }
}

SavePoints::SavePoints(const Model& model, Optimizer& optimizer, std::function<void()> write)
    : model_(model), optimizer_(optimizer), write_(std::move(write)) {}

void SavePoints::start() {
  write_();
  written_ = true;
}

bool SavePoints::due() const {
  constexpr std::chrono::seconds kInterval(2);
  return when_ == Clock::time_point{} || Clock::now() - when_ >= kInterval;
}

void SavePoints::passed() {
  if (due()) return write();
  kept_.take(run_buffers(model_, optimizer_));
  written_ = false;
}

void SavePoints::finish(bool moved) {
  if (moved || !written_) write();
}

void SavePoints::write_kept() {
  if (kept_.empty()) return;
  Snapshot present = std::move(kept_);
  const std::vector<NamedState> buffers = run_buffers(model_, optimizer_);
  present.swap(buffers);
  write();
  present.swap(buffers);
}

void SavePoints::write() {
  write_();
  kept_.clear();
  written_ = true;
  when_ = Clock::now();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
