#include <cstddef>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

#include <cuda_runtime_api.h>

#include "tests/cuda_reference/reference.h"

// A copy on a stream of its own is made as late as may be: when something waits for an event that comes after it. So
// what does not wait for its bytes does not find them.

struct CUstream_st {
  struct Copy {
    void* to = nullptr;
    const void* from = nullptr;
    std::size_t bytes = 0;
  };
  std::vector<Copy> copies;
  std::size_t made = 0;  // of these

  void make(std::size_t count) {
    for (; made < count; ++made) std::memcpy(copies[made].to, copies[made].from, copies[made].bytes);
  }
};

struct CUevent_st {
  CUstream_st* stream = nullptr;  // none before the first record, and of the default stream
  std::size_t copies = 0;         // of the stream, that came before

  void wait() const {
    if (stream != nullptr) stream->make(copies);
  }
};

namespace cuda_reference {
namespace {

std::set<cudaStream_t>& streams() {
  static std::set<cudaStream_t> streams;
  return streams;
}

std::set<cudaEvent_t>& events() {
  static std::set<cudaEvent_t> events;
  return events;
}

bool is_default(cudaStream_t stream) { return stream == nullptr || stream == cudaStreamLegacy; }
bool is_stream(cudaStream_t stream) { return is_default(stream) || streams().contains(stream); }

cudaError_t refuse_handle(std::string_view call) {
  return refuse(cudaErrorInvalidResourceHandle, call, "found an unknown stream or event");
}

}  // namespace
}  // namespace cuda_reference

using cuda_reference::counts;
using cuda_reference::events;
using cuda_reference::is_default;
using cuda_reference::is_device_memory;
using cuda_reference::is_stream;
using cuda_reference::refuse;
using cuda_reference::refuse_handle;
using cuda_reference::streams;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned /*flags*/) {
  *stream = new CUstream_st;
  streams().insert(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (streams().erase(stream) == 0) return refuse_handle("cudaStreamDestroy");
  stream->make(stream->copies.size());
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (!is_stream(stream)) return refuse_handle("cudaStreamSynchronize");
  if (!is_default(stream)) stream->make(stream->copies.size());
  ++counts().waits;
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned /*flags*/) {
  if (!is_stream(stream) || !events().contains(event)) return refuse_handle("cudaStreamWaitEvent");
  event->wait();
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned /*flags*/) {
  *event = new CUevent_st;
  events().insert(*event);
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (events().erase(event) == 0) return refuse_handle("cudaEventDestroy");
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (!is_stream(stream) || !events().contains(event)) return refuse_handle("cudaEventRecord");
  *event = {};
  if (!is_default(stream)) *event = {.stream = stream, .copies = stream->copies.size()};
  return cudaSuccess;
}

// For a copy, or for nothing: not counted, as kernels go on meanwhile.
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (!events().contains(event)) return refuse_handle("cudaEventSynchronize");
  event->wait();
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  const auto refused = [](std::string_view why) { return refuse(cudaErrorInvalidValue, "cudaMemcpyAsync", why); };
  if (!is_stream(stream) || is_default(stream)) return refuse_handle("cudaMemcpyAsync");
  if (kind != cudaMemcpyHostToDevice) return refused("found another kind, expected from the host to the device");
  if (!is_device_memory(to, bytes)) return refused("the memory written to is not the device's");
  if (!cuda_reference::is_pinned_memory(from, bytes)) return refused("the memory read is not pinned: it would wait");
  stream->copies.push_back({to, from, bytes});
  return cudaSuccess;
}
