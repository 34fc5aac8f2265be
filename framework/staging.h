#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Bytes that the host writes and kernels read, in rounds of host(), send(), on_device(), release(). On the host they
/// stay in place (staging_host.cpp). A GPU copies them from pinned memory on a separate stream while it computes
/// (cuda/staging_cuda.cpp), so call send() early. Another thread than that of the other three calls may call send().
class Staging {
 public:
  Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  Staging(Staging&&) = delete;
  Staging& operator=(Staging&&) = delete;
  ~Staging();

  /// The bytes to write to. Waits until the bytes sent last have been copied. Memory only grows.
  std::span<std::uint8_t> host(std::size_t bytes);
  /// Starts to copy all bytes, once the kernels before the last release() have ended.
  void send();
  /// The address of the bytes for kernels that start from now on.
  [[nodiscard]] const std::uint8_t* on_device() const;
  /// Promises that no kernel that starts from now on reads the bytes.
  void release();

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
