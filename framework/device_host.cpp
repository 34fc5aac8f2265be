#include <cstring>
#include <new>

#include "framework/device.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::align_val_t kAlignment{64};  // a cache line

}  // namespace

void require_device() {}

DeviceMemory::DeviceMemory(std::size_t bytes)
    : data_(bytes == 0 ? nullptr : ::operator new(bytes, kAlignment)), size_(bytes) {}

void DeviceMemory::Release::operator()(void* data) const noexcept { ::operator delete(data, kAlignment); }

void copy_bytes_to_device(const void* host, void* device, std::size_t bytes) { std::memcpy(device, host, bytes); }

void copy_bytes_to_host(const void* device, void* host, std::size_t bytes) { std::memcpy(host, device, bytes); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
