#include <memory>
#include <type_traits>

#include <cuda_runtime_api.h>

#include "framework/cuda/context.h"
#include "framework/cuda/status.h"
#include "framework/device.h"
#include "framework/staging.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct Staging::Buffers {
  struct Destroy {
    void operator()(cudaStream_t of) const noexcept { cudaStreamDestroy(of); }
    void operator()(cudaEvent_t of) const noexcept { cudaEventDestroy(of); }
    void operator()(std::uint8_t* of) const noexcept { cudaFreeHost(of); }
  };
  using Stream = std::unique_ptr<std::remove_pointer_t<cudaStream_t>, Destroy>;
  using Event = std::unique_ptr<std::remove_pointer_t<cudaEvent_t>, Destroy>;

  static Stream make_stream() {
    cudaStream_t made = nullptr;
    // A blocking stream would make the default stream, on which kernels run, wait for it.
    check_cuda(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    return Stream(made);
  }

  static Event make_event() {
    cudaEvent_t event = nullptr;
    check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreateWithFlags");
    return Event(event);
  }

  Stream stream = make_stream();
  Event sent = make_event();      // the copy has ended; also true before the first copy
  Event released = make_event();  // the kernels that read the copy have ended; likewise
  std::unique_ptr<std::uint8_t, Destroy> pinned;
  DeviceMemory device;
  std::size_t capacity = 0;
  std::size_t size = 0;
};

Staging::Staging() : buffers_(std::make_unique<Buffers>()) {}
// Waits for the work that copies from the pinned memory and uses the device's memory, before both are freed.
Staging::~Staging() { cudaStreamSynchronize(buffers_->stream.get()); }

std::span<std::uint8_t> Staging::host(std::size_t bytes) {
  check_cuda(cudaEventSynchronize(buffers_->sent.get()), "cudaEventSynchronize");
  if (buffers_->capacity < bytes) {
    void* pinned = nullptr;
    check_cuda(cudaMallocHost(&pinned, bytes), "cudaMallocHost");
    buffers_->pinned.reset(static_cast<std::uint8_t*>(pinned));
    buffers_->device = DeviceMemory(bytes);
    buffers_->capacity = bytes;
  }
  buffers_->size = bytes;
  return {buffers_->pinned.get(), bytes};
}

void Staging::send() {
  const Buffers& b = *buffers_;
  check_cuda(cudaStreamWaitEvent(b.stream.get(), b.released.get(), 0), "cudaStreamWaitEvent");
  check_cuda(cudaMemcpyAsync(b.device.data(), b.pinned.get(), b.size, cudaMemcpyHostToDevice, b.stream.get()),
             "cudaMemcpyAsync");
  check_cuda(cudaEventRecord(b.sent.get(), b.stream.get()), "cudaEventRecord");
}

const std::uint8_t* Staging::on_device() const {
  check_cuda(cudaStreamWaitEvent(cuda_main_stream(), buffers_->sent.get(), 0), "cudaStreamWaitEvent");
  return static_cast<const std::uint8_t*>(buffers_->device.data());
}

void Staging::release() {
  check_cuda(cudaEventRecord(buffers_->released.get(), cuda_main_stream()), "cudaEventRecord");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
