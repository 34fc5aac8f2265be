#pragma once

#include <cstddef>
#include <memory>

#include "framework/real.h"

/// The machine that kernels and linear algebra run on, and its memory: the host itself (device_host.cpp), or an NVIDIA
/// GPU (cuda/device_cuda.cpp).

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Throws Error if the device or its driver is missing; the message is one line that names the build for the host.
/// Programs call this before anything else that needs a device.
void require_device();

/// Whether the device is the host. Its numbers are then read without waiting for anything.
bool device_is_host();

/// Uninitialised bytes on the device. Throws std::bad_alloc if the device has too few.
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

/// A word that kernels set, and that the host reads without waiting for the kernels.
class Signal {
 public:
  /// A new signal is not set.
  Signal();

  /// The address for kernels. They set the signal by writing anything but 0.
  [[nodiscard]] int* on_device() const { return word_.get(); }
  [[nodiscard]] bool is_set() const;
  /// Call this only after the kernels that set the signal have ended.
  void clear();

 private:
  struct Release {
    void operator()(int* word) const noexcept;
  };

  std::unique_ptr<int, Release> word_;
};

/// Copies in order with kernels and linear algebra. The host's bytes may be overwritten when the call returns.
void copy_bytes_to_device(const void* host, void* device, std::size_t bytes);
/// Waits for everything that was started before, and copies.
void copy_bytes_to_host(const void* device, void* host, std::size_t bytes);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
