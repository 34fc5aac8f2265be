#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "framework/io/atomic_file.h"
#include "framework/io/descriptor.h"
#include "framework/io/safetensors.h"

/// Safetensors files whose tensors are never in memory as a whole.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A tensor to be written, row-major.
struct TensorSource {
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  /// Hands over its bytes from the first to the last, in pieces of any size.
  std::function<void(const ByteSink&)> write;
};

/// Writes the same file as write_safetensors(path, Safetensors) with the same content, whole or not at all. Throws the
/// same errors, and UsageError if a source hands over fewer or more bytes than its shape says, and whatever a source
/// throws.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, TensorSource>& tensors,
                       const std::map<std::string, std::string>& metadata);

/// A tensor of a file.
struct TensorEntry {
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< position of its first byte in the file's data
  std::uint64_t end = 0;
};

/// An open file whose header has been read and checked.
class SafetensorsFile {
 public:
  /// Throws the same errors as read_safetensors. Of a file that torch.save() wrote, the error says how to convert it.
  explicit SafetensorsFile(const std::filesystem::path& path);

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }
  [[nodiscard]] const std::map<std::string, TensorEntry>& tensors() const { return tensors_; }

  /// Throws Error naming the file and the tensor if there is no such tensor.
  [[nodiscard]] const TensorEntry& at(const std::string& name) const;
  /// Throws the same Error, and also one if the tensor has another type or shape.
  void require(const std::string& name, DType dtype, std::span<const std::int64_t> shape) const;
  /// Likewise, unless the tensor has numbers: F16, BF16, F32 or F64.
  void require_numbers(const std::string& name, std::span<const std::int64_t> shape) const;
  /// Throws Error naming the first of such a tensor's numbers that is not finite in this precision, and its place.
  void require_finite(const std::string& name) const;

  /// Reads bytes first, first + 1, ... of a tensor until `out` is full. Throws UsageError if the tensor has too few
  /// bytes, Error if the file can no longer be read.
  void read(const std::string& name, std::uint64_t first, std::span<std::byte> out) const;
  /// Reads elements first, first + 1, ... of such a tensor of numbers, in this precision. Every number of 16 or 32 bits
  /// stays exact.
  void read_numbers(const std::string& name, std::uint64_t first, std::span<real> out) const;

 private:
  void read_at(std::uint64_t offset, std::span<std::byte> out) const;

  std::string source_;
  Descriptor file_;
  std::uint64_t data_ = 0;  // where the data begins in the file
  std::map<std::string, std::string> metadata_;
  std::map<std::string, TensorEntry> tensors_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
