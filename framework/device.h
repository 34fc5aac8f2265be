#pragma once

#include <cstddef>
#include <memory>

#include "framework/real.h"

/// The machine that kernels and linear algebra run on, and its memory: the host itself (device_host.cpp), or an NVIDIA
/// GPU (cuda/device_cuda.cpp).

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Throws Error, in one line that names the build for the host, where the device or its driver is missing. Programs
/// call it before anything else that needs a device.
void require_device();

/// Whether it is the host: then its numbers are read without waiting for anything.
bool device_is_host();

/// Bytes on the device, as they come: nothing has been written there. Throws std::bad_alloc where there are too few.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  explicit DeviceMemory(std::size_t bytes);

  [[nodiscard]] void* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Release {
    void operator()(void* data) const noexcept;
  };

  std::unique_ptr<void, Release> data_;
  std::size_t size_ = 0;
};

/// A word that kernels set, and that the host looks at without waiting for them.
class Signal {
 public:
  /// Not set.
  Signal();

  /// For kernels, which write anything but 0.
  [[nodiscard]] int* on_device() const { return word_.get(); }
  [[nodiscard]] bool is_set() const;
  /// Once kernels that set it have ended.
  void clear();

 private:
  struct Release {
    void operator()(int* word) const noexcept;
  };

  std::unique_ptr<int, Release> word_;
};

/// In order with kernels and linear algebra. The host's bytes may be written again when the call returns.
void copy_bytes_to_device(const void* host, void* device, std::size_t bytes);
/// Waits for all that was started before.
void copy_bytes_to_host(const void* device, void* host, std::size_t bytes);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
