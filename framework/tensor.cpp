#include "framework/tensor.h"

#include <fmt/core.h>
#include <thrust/copy.h>
#include <thrust/device_ptr.h>

#include "framework/error.h"
#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void require_count(std::size_t host, ConstMatrixView device) {
  if (host != device.size()) {
    throw UsageError(fmt::format("copy between host and device: {} host values for a {} matrix, expected {}", host,
                                 to_string(device.shape()), device.size()));
  }
}

}  // namespace

void copy_to_device(std::span<const real> host, MatrixView device) {
  require_count(host.size(), device);
  if (host.empty()) return;  // Thrust would follow the null pointers
  thrust::copy(host.begin(), host.end(), thrust::device_pointer_cast(device.data));
}

void copy_to_host(ConstMatrixView device, std::span<real> host) {
  require_count(host.size(), device);
  if (host.empty()) return;
  const auto first = thrust::device_pointer_cast(device.data);
  thrust::copy(first, first + static_cast<std::ptrdiff_t>(device.size()), host.begin());
}

std::vector<real> to_host(ConstMatrixView device) {
  std::vector<real> host(device.size());
  copy_to_host(device, host);
  return host;
}

real to_host_number(ConstMatrixView device) {
  real number = 0;
  copy_to_host(device, {&number, 1});
  return number;
}

void copy(ConstMatrixView from, MatrixView to) {
  if (from.shape() != to.shape()) {
    throw UsageError(fmt::format("copy: a {} matrix into a {} one", to_string(from.shape()), to_string(to.shape())));
  }
  const real* source = from.data;
  real* target = to.data;
  for_each_index(from.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { target[i] = source[i]; });
}

void fill(MatrixView view, real value) {
  real* target = view.data;
  for_each_index(view.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { target[i] = value; });
}

void Tensor::assign(std::span<const real> host) { copy_to_device(host, view()); }

std::vector<real> Tensor::to_host() const { return curvegraph::to_host(view()); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
