#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Bytes that the host writes for kernels to read, round after round: host(), send(), on_device(), release(). On the
/// host they stay where they are (staging_host.cpp). A GPU copies them from pinned memory on a stream of its own while
/// it computes (cuda/staging_cuda.cpp), so send() early; it may be called by another thread than the other three.
class Staging {
 public:
  Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  Staging(Staging&&) = delete;
  Staging& operator=(Staging&&) = delete;
  ~Staging();

  /// To write to; waits until what was sent last has left. Memory only grows.
  std::span<std::uint8_t> host(std::size_t bytes);
  /// Starts to copy all of it, once the kernels before the last release() have ended.
  void send();
  /// Where kernels find it that are started from now on.
  [[nodiscard]] const std::uint8_t* on_device() const;
  /// No kernel that is started from now on reads it.
  void release();

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
