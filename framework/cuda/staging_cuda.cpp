#include <memory>
#include <type_traits>

#include <cuda_runtime_api.h>

#include "framework/cuda/context.h"
#include "framework/cuda/status.h"
#include "framework/device.h"
#include "framework/staging.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

struct Destroy {
  void operator()(cudaStream_t stream) const noexcept { cudaStreamDestroy(stream); }
  void operator()(cudaEvent_t event) const noexcept { cudaEventDestroy(event); }
  void operator()(std::uint8_t* pinned) const noexcept { cudaFreeHost(pinned); }
};

using Stream = std::unique_ptr<std::remove_pointer_t<cudaStream_t>, Destroy>;
using Event = std::unique_ptr<std::remove_pointer_t<cudaEvent_t>, Destroy>;

Stream make_stream() {
  cudaStream_t stream = nullptr;
  // The default stream, which kernels are on, waits for streams of the other sort.
  cuda::check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
  return Stream(stream);
}

Event make_event() {
  cudaEvent_t event = nullptr;
  cuda::check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreateWithFlags");
  return Event(event);
}

}  // namespace

struct Staging::Buffers {
  Stream stream = make_stream();
  Event sent = make_event();      // the copy has been made; as good as that before the first
  Event released = make_event();  // the kernels that read it have ended; likewise
  std::unique_ptr<std::uint8_t, Destroy> pinned;
  DeviceMemory device;
  std::size_t capacity = 0;
  std::size_t size = 0;
};

Staging::Staging() : buffers_(std::make_unique<Buffers>()) {}
// What copies from the pinned memory and reads the device's ends before they go.
Staging::~Staging() { cudaStreamSynchronize(buffers_->stream.get()); }

std::span<std::uint8_t> Staging::host(std::size_t bytes) {
  cuda::check(cudaEventSynchronize(buffers_->sent.get()), "cudaEventSynchronize");
  if (buffers_->capacity < bytes) {
    void* pinned = nullptr;
    cuda::check(cudaMallocHost(&pinned, bytes), "cudaMallocHost");
    buffers_->pinned.reset(static_cast<std::uint8_t*>(pinned));
    buffers_->device = DeviceMemory(bytes);
    buffers_->capacity = bytes;
  }
  buffers_->size = bytes;
  return {buffers_->pinned.get(), bytes};
}

void Staging::send() {
  const Buffers& b = *buffers_;
  cuda::check(cudaStreamWaitEvent(b.stream.get(), b.released.get(), 0), "cudaStreamWaitEvent");
  cuda::check(cudaMemcpyAsync(b.device.data(), b.pinned.get(), b.size, cudaMemcpyHostToDevice, b.stream.get()),
              "cudaMemcpyAsync");
  cuda::check(cudaEventRecord(b.sent.get(), b.stream.get()), "cudaEventRecord");
}

const std::uint8_t* Staging::on_device() const {
  cuda::check(cudaStreamWaitEvent(cuda::main_stream(), buffers_->sent.get(), 0), "cudaStreamWaitEvent");
  return static_cast<const std::uint8_t*>(buffers_->device.data());
}

void Staging::release() {
  cuda::check(cudaEventRecord(buffers_->released.get(), cuda::main_stream()), "cudaEventRecord");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
