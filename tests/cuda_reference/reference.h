#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The entry points of the CUDA runtime, cuBLAS and cuSOLVER that framework/cuda/ calls, on the host: so that its code
/// runs where there is no GPU. Device memory is memory of the host that cudaMalloc has given out, and is known from
/// other memory by its address. What the libraries would refuse, or would crash on, is refused with their status and a
/// line on standard error. Work on the default stream is done at once, a copy on another as late as may be.

namespace cuda_reference {

/// What has been done since the program began.
struct Counts {
  int waits = 0;        ///< calls after which the host has waited for the device
  int allocations = 0;  ///< of device and of pinned memory
  int products = 0;     ///< calls of cuBLAS that compute
  int float_products_in_tf32 = 0;
};
Counts& counts();

/// 1 unless a test takes the device away.
int& device_count();

/// Why the last call was refused: "cublasSgemm: lda is 1, expected at least 2".
std::string& last_refusal();

/// Puts the reason into last_refusal() and on standard error.
template <class Status>
Status refuse(Status status, std::string_view call, std::string_view why);
void record_refusal(std::string_view call, std::string_view why);

template <class Status>
Status refuse(Status status, std::string_view call, std::string_view why) {
  record_refusal(call, why);
  return status;
}

/// Whether all of these bytes are in one allocation of device memory.
bool is_device_memory(const void* data, std::size_t bytes);
/// Whether this address is in device memory at all.
bool is_device_address(const void* data);
/// Likewise, of memory that cudaMallocHost has given out.
bool is_pinned_memory(const void* data, std::size_t bytes);

}  // namespace cuda_reference
