#include "framework/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <limits>

#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian and is written as it lies");

constexpr const char* metadata_key = "__metadata__";
constexpr std::size_t alignment = 8;

/// Names may hold anything: quotes and escapes keep a message on one line.
std::string quoted(const std::string& text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

using NamedTensor = std::pair<const std::string, StoredTensor>;

/// The tensors in the order of their data.
std::vector<const NamedTensor*> layout(const Safetensors& content) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& tensor : content.tensors) order.push_back(&tensor);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [](const NamedTensor* tensor) { return size_of(tensor->second.dtype); });
  return order;
}

/// The JSON object, padded with spaces so that the data after it and its length are aligned.
std::string header_text(const Safetensors& content, std::span<const NamedTensor* const> order) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!content.metadata.empty()) header[metadata_key] = content.metadata;
  std::size_t begin = 0;
  for (const NamedTensor* named : order) {
    const auto& [key, tensor] = *named;
    if (key == metadata_key) throw UsageError(fmt::format("a tensor cannot be called {}", metadata_key));
    try {
      tensor.require_consistent();
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("tensor {}: {}", quoted(key), error.what()));
    }
    const std::size_t end = begin + tensor.bytes.size();
    header[key] = {{"dtype", name(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception& error) {
    throw UsageError(fmt::format("a name or the metadata is not text: {}", error.what()));
  }
  text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
  return text;
}

std::vector<std::byte> file_bytes(const Safetensors& content) {
  const auto order = layout(content);
  const std::string header = header_text(content, order);
  const std::uint64_t header_size = header.size();

  std::vector<std::byte> file;
  const auto append = [&](std::span<const std::byte> bytes) { file.insert(file.end(), bytes.begin(), bytes.end()); };
  append(std::as_bytes(std::span(&header_size, 1)));
  append(std::as_bytes(std::span(header)));
  for (const NamedTensor* named : order) append(named->second.bytes);
  return file;
}

}  // namespace

std::string_view name(DType dtype) {
  constexpr std::array<std::string_view, 4> names = {"F32", "F64", "I64", "U8"};
  return names.at(static_cast<std::size_t>(dtype));
}

std::span<const DType> dtypes() {
  static constexpr std::array all = {DType::F32, DType::F64, DType::I64, DType::U8};
  return all;
}

std::size_t size_of(DType dtype) {
  constexpr std::array<std::size_t, 4> sizes = {4, 8, 8, 1};
  return sizes.at(static_cast<std::size_t>(dtype));
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
  const auto found = tensors.find(name);
  if (found == tensors.end()) {
    std::vector<std::string> known;
    for (const auto& [key, tensor] : tensors) known.push_back(quoted(key));
    throw Error(fmt::format("{}: has no tensor {}, only {}", source.empty() ? "tensors in memory" : source,
                            quoted(name), known.empty() ? "none at all" : fmt::format("{}", fmt::join(known, ", "))));
  }
  return found->second;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content) {
  std::vector<std::byte> file;
  try {
    file = file_bytes(content);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: cannot be written: {}", path.string(), error.what()));
  }
  replace_file(path, file);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
