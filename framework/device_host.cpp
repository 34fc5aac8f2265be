#include <cstring>
#include <new>

#include "framework/device.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::align_val_t kAlignment{64};  // a cache line

}  // namespace

void require_device() {}

bool device_is_host() { return true; }

DeviceMemory::DeviceMemory(std::size_t bytes)
    : data_(bytes == 0 ? nullptr : ::operator new(bytes, kAlignment)), size_(bytes) {}

void DeviceMemory::Release::operator()(void* data) const noexcept { ::operator delete(data, kAlignment); }

Signal::Signal() : word_(new int(0)) {}

void Signal::Release::operator()(int* word) const noexcept { delete word; }

bool Signal::is_set() const { return *word_ != 0; }

void Signal::clear() { *word_ = 0; }

void copy_bytes_to_device(const void* host, void* device, std::size_t bytes) { std::memcpy(device, host, bytes); }

void copy_bytes_to_host(const void* device, void* host, std::size_t bytes) { std::memcpy(host, device, bytes); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
