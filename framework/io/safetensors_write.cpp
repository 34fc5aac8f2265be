#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/safetensors_names.h"
#include "framework/io/safetensors_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian and is written as it lies");

constexpr std::size_t alignment = 8;

using NamedSource = std::pair<const std::string, TensorSource>;

/// The tensors in the order of their data.
std::vector<const NamedSource*> layout(const std::map<std::string, TensorSource>& tensors) {
  std::vector<const NamedSource*> order;
  for (const NamedSource& tensor : tensors) order.push_back(&tensor);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [](const NamedSource* tensor) { return size_of(tensor->second.dtype); });
  return order;
}

std::uint64_t byte_count(const NamedSource& named) {
  const auto& [name, tensor] = named;
  const std::optional<std::uint64_t> bytes = byte_count(tensor.dtype, tensor.shape);
  if (bytes) return *bytes;
  throw UsageError(fmt::format("tensor {}: {} of shape [{}], expected a representable number of bytes", quoted(name),
                               curvegraph::name(tensor.dtype), fmt::join(tensor.shape, ", ")));
}

/// The JSON object, padded with spaces so that the data after it and its length are aligned.
std::string header_text(std::span<const NamedSource* const> order, const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[metadata_key] = metadata;
  std::uint64_t begin = 0;
  for (const NamedSource* named : order) {
    const auto& [key, tensor] = *named;
    if (key == metadata_key) throw UsageError(fmt::format("a tensor cannot be called {}", metadata_key));
    const std::uint64_t end = begin + byte_count(*named);
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

void write_tensor(const NamedSource& named, const ByteSink& out) {
  std::uint64_t written = 0;
  named.second.write([&](std::span<const std::byte> bytes) {
    written += bytes.size();
    out(bytes);
  });
  if (const std::uint64_t expected = byte_count(named); written != expected) {
    throw UsageError(fmt::format("tensor {}: {} bytes of data, expected {} for {} of shape [{}]", quoted(named.first),
                                 written, expected, name(named.second.dtype), fmt::join(named.second.shape, ", ")));
  }
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const std::map<std::string, TensorSource>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  try {
    const auto order = layout(tensors);
    const std::string header = header_text(order, metadata);
    const std::uint64_t header_size = header.size();
    replace_file(path, [&](const ByteSink& out) {
      out(std::as_bytes(std::span(&header_size, 1)));
      out(std::as_bytes(std::span(header)));
      for (const NamedSource* named : order) write_tensor(*named, out);
    });
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: cannot be written: {}", path.string(), error.what()));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
