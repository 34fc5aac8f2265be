#include <vector>

#include "framework/staging.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct Staging::Buffers {
  std::vector<std::uint8_t> bytes;
};

Staging::Staging() : buffers_(std::make_unique<Buffers>()) {}
Staging::~Staging() = default;

std::span<std::uint8_t> Staging::host(std::size_t bytes) {
  if (buffers_->bytes.size() < bytes) buffers_->bytes.resize(bytes);
  return std::span(buffers_->bytes).first(bytes);
}

void Staging::send() {}

const std::uint8_t* Staging::on_device() const { return buffers_->bytes.data(); }

void Staging::release() {}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
