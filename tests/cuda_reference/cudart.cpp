#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>

#include <cuda_runtime_api.h>
#include <fmt/core.h>

#include "tests/cuda_reference/reference.h"

namespace cuda_reference {
namespace {

/// Memory given out, by its first byte.
class Allocations {
 public:
  static Allocations& device() {
    static Allocations allocations;
    return allocations;
  }
  /// Of the host, locked in memory.
  static Allocations& pinned() {
    static Allocations allocations;
    return allocations;
  }

  void add(void* data, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    sizes_[static_cast<std::byte*>(data)] = bytes;
  }
  bool remove(void* data) {
    const std::lock_guard lock(mutex_);
    return sizes_.erase(static_cast<std::byte*>(data)) == 1;
  }
  /// Bytes from there to the end of their allocation, 0 where there is none.
  std::size_t bytes_from(const void* data) {
    const std::lock_guard lock(mutex_);
    const auto* address = static_cast<const std::byte*>(data);
    const auto next = sizes_.upper_bound(address);
    if (next == sizes_.begin()) return 0;
    const auto& [first, size] = *std::prev(next);
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(first);
    return offset < size ? size - offset : 0;
  }

 private:
  std::mutex mutex_;
  std::map<const std::byte*, std::size_t, std::less<>> sizes_;
};

}  // namespace

bool is_device_memory(const void* data, std::size_t bytes) { return Allocations::device().bytes_from(data) >= bytes; }

bool is_device_address(const void* data) { return Allocations::device().bytes_from(data) > 0; }

bool is_pinned_memory(const void* data, std::size_t bytes) { return Allocations::pinned().bytes_from(data) >= bytes; }

}  // namespace cuda_reference

using cuda_reference::Allocations;
using cuda_reference::counts;
using cuda_reference::is_device_memory;
using cuda_reference::refuse;

cudaError_t cudaGetDeviceCount(int* count) {
  *count = cuda_reference::device_count();
  return *count > 0 ? cudaSuccess : cudaErrorNoDevice;
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) return refuse(cudaErrorInvalidDevice, "cudaGetDeviceProperties", fmt::format("device {}", device));
  *properties = {};
  std::strncpy(&properties->name[0], "reference on the host", sizeof(properties->name) - 1);
  return cudaSuccess;
}

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    default:
      return "another CUDA error";
  }
}

const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorNoDevice ? "no CUDA-capable device is detected" : "as the reference names it";
}

// Filled with the bytes of NaN: memory is not zero because it is new.
cudaError_t cudaMalloc(void** data, std::size_t bytes) {
  constexpr int kNanBytes = 0xff;
  constexpr std::size_t kAlignment = 256;
  if (cuda_reference::device_count() == 0) return refuse(cudaErrorNoDevice, "cudaMalloc", "there is no device");
  *data = std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
  if (*data == nullptr) return cudaErrorMemoryAllocation;
  std::memset(*data, kNanBytes, bytes);
  Allocations::device().add(*data, bytes);
  ++counts().allocations;
  return cudaSuccess;
}

cudaError_t cudaFree(void* data) {
  if (data == nullptr) return cudaSuccess;
  if (!Allocations::device().remove(data)) {
    return refuse(cudaErrorInvalidValue, "cudaFree", "found what cudaMalloc has not given out, or is free already");
  }
  std::free(data);
  ++counts().waits;
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** data, std::size_t bytes) {
  *data = std::malloc(bytes);
  if (*data == nullptr) return cudaErrorMemoryAllocation;
  Allocations::pinned().add(*data, bytes);
  ++counts().allocations;
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* data) {
  if (data == nullptr) return cudaSuccess;
  if (!Allocations::pinned().remove(data)) {
    return refuse(cudaErrorInvalidValue, "cudaFreeHost", "found what cudaMallocHost has not given out");
  }
  std::free(data);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  const auto refused = [](std::string_view why) { return refuse(cudaErrorInvalidValue, "cudaMemcpy", why); };
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (bytes == 0) return cudaSuccess;
  if (is_device_memory(to, bytes) != to_device) return refused("the memory written to is not of the kind's side");
  if (is_device_memory(from, bytes) != from_device) return refused("the memory read is not of the kind's side");
  std::memcpy(to, from, bytes);
  ++counts().waits;
  return cudaSuccess;
}
