#include "framework/io/safetensors.h"

#include <array>
#include <limits>

#include <fmt/core.h>
#include <fmt/format.h>

#include "framework/error.h"
#include "framework/io/safetensors_names.h"
#include "framework/io/safetensors_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::string_view name(DType dtype) {
  constexpr std::array<std::string_view, 15> names = {"BOOL", "U8",  "I8",  "F8_E4M3", "F8_E5M2", "U16", "I16", "F16",
                                                      "BF16", "U32", "I32", "F32",     "U64",     "I64", "F64"};
  return names.at(static_cast<std::size_t>(dtype));
}

std::span<const DType> dtypes() {
  using enum DType;
  static constexpr std::array all = {Bool, U8, I8, F8_E4M3, F8_E5M2, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64};
  return all;
}

std::size_t size_of(DType dtype) {
  constexpr std::array<std::size_t, 15> sizes = {1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 8, 8, 8};
  return sizes.at(static_cast<std::size_t>(dtype));
}

bool is_number(DType dtype) {
  return dtype == DType::F16 || dtype == DType::BF16 || dtype == DType::F32 || dtype == DType::F64;
}

std::optional<std::uint64_t> byte_count(DType dtype, std::span<const std::int64_t> shape) {
  std::uint64_t count = size_of(dtype);
  for (const std::int64_t extent : shape) {
    if (extent < 0) return std::nullopt;
    const auto factor = static_cast<std::uint64_t>(extent);
    if (factor != 0 && count > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
    count *= factor;
  }
  return count;
}

void StoredTensor::require(DType expected) const {
  if (dtype != expected) {
    throw Error(fmt::format("a tensor of shape [{}] is stored as {}, expected {}", fmt::join(shape, ", "), name(dtype),
                            name(expected)));
  }
}

void StoredTensor::require_consistent() const {
  const std::optional<std::uint64_t> needed = byte_count(dtype, shape);
  if (needed != bytes.size()) {
    throw UsageError(fmt::format("{} bytes of data, expected {} for {} of shape [{}]", bytes.size(),
                                 needed ? fmt::to_string(*needed) : "a representable number", name(dtype),
                                 fmt::join(shape, ", ")));
  }
}

const StoredTensor& Safetensors::at(const std::string& name) const {
  return find_tensor(tensors, source.empty() ? "tensors in memory" : source, name);
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  Safetensors content{.metadata = file.metadata(), .source = file.source()};
  for (const auto& [name, entry] : file.tensors()) {
    StoredTensor& tensor = content.tensors[name];
    tensor = {entry.dtype, entry.shape, std::vector<std::byte>(entry.end - entry.begin)};
    file.read(name, 0, tensor.bytes);
  }
  return content;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content) {
  std::map<std::string, TensorSource> sources;
  for (const auto& [name, tensor] : content.tensors) {
    const std::span<const std::byte> bytes = tensor.bytes;
    sources[name] = {tensor.dtype, tensor.shape, [bytes](const ByteSink& out) { out(bytes); }};
  }
  write_safetensors(path, sources, content.metadata);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
