#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Scratch matrices of a rule. take() hands them out in order, and reset() takes all of them back. Memory only grows,
/// so a loop that takes the same shapes in every round allocates in its first round only. Contents are left from the
/// last use.
class Workspace {
 public:
  MatrixView take(int rows, int cols) {
    const Shape shape{rows, cols};
    if (next_ == slots_.size()) {
      slots_.emplace_back(shape);
    } else if (slots_[next_].size() < shape.size()) {
      slots_[next_] = Tensor(shape);
    }
    return {slots_[next_++].view().data, rows, cols};
  }

  /// Memory of the host, separate from the matrices. Valid until the next call of the same function.
  std::span<real> host(std::size_t count) { return grown(host_, count); }
  std::span<int> host_integers(std::size_t count) { return grown(host_integers_, count); }

  /// A signal for the kernels of one rule at a time.
  Signal& signal() {
    if (!signal_) signal_.emplace();
    return *signal_;
  }

  void reset() { next_ = 0; }

  /// The number of elements held, whether taken or not.
  [[nodiscard]] std::size_t elements() const {
    std::size_t sum = 0;
    for (const Tensor& slot : slots_) sum += slot.size();
    return sum;
  }

 private:
  template <class T>
  static std::span<T> grown(std::vector<T>& memory, std::size_t count) {
    if (memory.size() < count) memory.resize(count);
    return std::span(memory).first(count);
  }

  std::deque<Tensor> slots_;
  std::vector<real> host_;
  std::vector<int> host_integers_;
  std::optional<Signal> signal_;
  std::size_t next_ = 0;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
