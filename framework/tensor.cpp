#include "framework/tensor.h"

#include <fmt/core.h>

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
  if (!host.empty()) copy_bytes_to_device(host.data(), device.data, host.size_bytes());
}

void copy_to_host(ConstMatrixView device, std::span<real> host) {
  require_count(host.size(), device);
  if (!host.empty()) copy_bytes_to_host(device.data, host.data(), host.size_bytes());
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

Tensor::Tensor(Shape shape) : shape_(shape), data_(shape.size() * sizeof(real)) { fill(view(), 0); }

Tensor::Tensor(const Tensor& other) : shape_(other.shape_), data_(other.size() * sizeof(real)) {
  copy(other.view(), view());
}

Tensor& Tensor::operator=(const Tensor& other) {
  if (size() != other.size()) return *this = Tensor(other);
  shape_ = other.shape_;
  if (this != &other) copy(other.view(), view());
  return *this;
}

void Tensor::assign(std::span<const real> host) { copy_to_device(host, view()); }

std::vector<real> Tensor::to_host() const { return curvegraph::to_host(view()); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
