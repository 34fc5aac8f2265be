#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The element types of the format, by the size of an element. F is IEEE 754's binary format of that many bits, BF16
/// the upper half of F32, F8_EeMm a byte with e bits of exponent and m of fraction. Reading any other type throws
/// Error.
enum class DType { Bool, U8, I8, F8_E4M3, F8_E5M2, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

/// The format's name of the type: "BOOL", or the enumerator's.
std::string_view name(DType dtype);

/// All of them, in the order of the enumerators.
std::span<const DType> dtypes();

/// Bytes per element.
std::size_t size_of(DType dtype);

/// Whether elements can be read as numbers, which keep their values in the precision in use as far as that has them:
/// F16, BF16, F32 and F64.
bool is_number(DType dtype);

/// Bytes of a tensor; nullopt if an extent is negative or the number exceeds 64 bits.
std::optional<std::uint64_t> byte_count(DType dtype, std::span<const std::int64_t> shape);

/// The types with a type of C++ for them, which programs here write.
template <class T>
concept Storable =
    std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int64_t> || std::same_as<T, std::uint8_t>;

template <Storable T>
constexpr DType dtype_of() {
  if constexpr (std::same_as<T, float>) return DType::F32;
  if constexpr (std::same_as<T, double>) return DType::F64;
  if constexpr (std::same_as<T, std::int64_t>) return DType::I64;
  if constexpr (std::same_as<T, std::uint8_t>) return DType::U8;
}

/// One tensor, row-major. An empty shape is a scalar; an extent of 0 is allowed.
struct StoredTensor {
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;

  /// The elements, valid as long as this tensor. Throws Error if T is not the stored type.
  template <Storable T>
  std::span<const T> as() const;

  /// A copy of `values`. Throws UsageError unless `shape` has as many elements.
  template <Storable T>
  static StoredTensor from(std::span<const T> values, std::vector<std::int64_t> shape);

  /// Throws Error unless the stored type is `expected`.
  void require(DType expected) const;

  /// Throws UsageError unless `bytes` is as long as dtype and shape say.
  void require_consistent() const;
};

/// A safetensors file in memory: 8 bytes of header length (little-endian), a JSON object
///   {"__metadata__": {key: text, ...}, NAME: {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]}, ...}
/// and the data of the tensors without gaps, at offsets that count from the end of the header.
struct Safetensors {
  std::map<std::string, StoredTensor> tensors = {};
  std::map<std::string, std::string> metadata = {};
  /// The file this was read from, for messages only; empty if it was made in memory. It is not written.
  std::string source = {};

  /// Throws Error naming the file and the tensor if there is no such tensor.
  const StoredTensor& at(const std::string& name) const;
};

/// Reads and checks a whole file, which may come from anywhere. Throws Error, naming the file, the tensor and the
/// numbers that disagree, if the file is unreadable, truncated, has bytes that belong to no tensor, or is wrong in any
/// other way.
Safetensors read_safetensors(const std::filesystem::path& path);

/// Writes the file through replace_file: whole or not at all. Equal content gives equal bytes. Tensors are in the order
/// of decreasing element size, then of names. With the padding of the header, this aligns every element to its own
/// size. Throws Error if the file cannot be written; UsageError if the content is not valid (bytes that disagree with a
/// shape, names that are not UTF-8, a tensor called "__metadata__").
void write_safetensors(const std::filesystem::path& path, const Safetensors& content);

template <Storable T>
std::span<const T> StoredTensor::as() const {
  require(dtype_of<T>());
  // Aligned: the memory comes from operator new, which serves every fundamental type.
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

template <Storable T>
StoredTensor StoredTensor::from(std::span<const T> values, std::vector<std::int64_t> shape) {
  const auto raw = std::as_bytes(values);
  StoredTensor tensor{dtype_of<T>(), std::move(shape), {raw.begin(), raw.end()}};
  tensor.require_consistent();
  return tensor;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
