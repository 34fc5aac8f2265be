#include <atomic>

#include <cuda_runtime_api.h>
#include <fmt/core.h>

#include "framework/cuda/context.h"
#include "framework/cuda/status.h"
#include "framework/device.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void require_device() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status == cudaSuccess && devices > 0) return;
  throw Error(
      fmt::format("no CUDA device: found {} ({}), expected an NVIDIA GPU and its driver; the host build, meson setup "
                  "-Ddevice=omp, needs neither",
                  cudaGetErrorName(status), cudaGetErrorString(status)));
}

bool device_is_host() { return false; }

DeviceMemory::DeviceMemory(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  void* data = nullptr;
  check_cuda(cudaMalloc(&data, bytes), "cudaMalloc");
  data_.reset(data);
}

void DeviceMemory::Release::operator()(void* data) const noexcept { cudaFree(data); }

// Pinned memory has the same address on both sides.
Signal::Signal() {
  void* word = nullptr;
  check_cuda(cudaMallocHost(&word, sizeof(int)), "cudaMallocHost");
  word_.reset(static_cast<int*>(word));
  clear();
}

void Signal::Release::operator()(int* word) const noexcept { cudaFreeHost(word); }

bool Signal::is_set() const { return std::atomic_ref(*word_).load() != 0; }

void Signal::clear() { std::atomic_ref(*word_).store(0); }

void copy_bytes_to_device(const void* host, void* device, std::size_t bytes) {
  check_cuda(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice), "cudaMemcpy");
}

void copy_bytes_to_host(const void* device, void* host, std::size_t bytes) {
  check_cuda(cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost), "cudaMemcpy");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
