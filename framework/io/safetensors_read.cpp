#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/safetensors_names.h"
#include "framework/io/safetensors_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian and is read without swapping");

using nlohmann::json;

using NamedEntry = std::pair<const std::string, TensorEntry>;

/// Deeper than any header needs, and shallow enough for the library's recursion.
constexpr int deepest = 64;

std::string shortened(std::string text) {
  constexpr std::size_t longest = 200;
  if (text.size() > longest) text.replace(longest, std::string::npos, "...");
  return text;
}

/// A part of the header for a message: a short text on one line, whatever the file holds.
std::string shown(const json& value) { return shortened(value.dump()); }

std::string label(const std::string& name) { return "tensor " + shown(name); }

json parse_header(std::span<const std::byte> header) {
  if (header.empty() || header.front() != std::byte{'{'}) throw Error("its header does not begin with '{'");

  std::vector<std::set<std::string>> keys;  // the keys so far of every object that is open at the parser's position
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > deepest) throw Error(fmt::format("its header nests more than {} levels deep", deepest));
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
      throw Error(fmt::format("its header has the key {} twice in one object", shown(parsed)));
    }
    return true;
  };

  try {
    const auto* text = reinterpret_cast<const char*>(header.data());
    return json::parse(text, text + header.size(), check);
  } catch (const json::exception& error) {
    throw Error(fmt::format("its header of {} bytes is not valid JSON: {}", header.size(), shortened(error.what())));
  }
}

std::map<std::string, std::string> parse_metadata(const json& object) {
  if (!object.is_object()) throw Error(fmt::format("{} is {}, expected an object", metadata_key, shown(object)));
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) {
      throw Error(fmt::format("{} has {} for {}, expected a string", metadata_key, shown(value), shown(key)));
    }
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

const json& member(const std::string& name, const json& description, const char* key) {
  if (!description.is_object()) {
    throw Error(fmt::format("{} is {}, expected an object", label(name), shown(description)));
  }
  const auto found = description.find(key);
  if (found == description.end()) throw Error(fmt::format("{} has no {}", label(name), key));
  return *found;
}

std::vector<std::int64_t> parse_counts(const std::string& name, const json& description, const char* key) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  const json& value = member(name, description, key);
  const auto is_count = [](const json& number) {
    return number.is_number_unsigned() && number.get<std::uint64_t>() <= largest;
  };
  if (!value.is_array() || !std::ranges::all_of(value, is_count)) {
    throw Error(fmt::format("{} has {} {}, expected an array of integers from 0 to {}", label(name), key, shown(value),
                            largest));
  }
  return value.get<std::vector<std::int64_t>>();
}

DType parse_dtype(const std::string& name, const json& description) {
  const json& value = member(name, description, "dtype");
  const auto found = std::ranges::find_if(dtypes(), [&](DType known) { return value == curvegraph::name(known); });
  if (found == dtypes().end()) {
    std::vector<std::string_view> known;
    for (const DType dtype : dtypes()) known.push_back(curvegraph::name(dtype));
    throw Error(fmt::format("{} has dtype {}, expected one of {}", label(name), shown(value), fmt::join(known, ", ")));
  }
  return *found;
}

TensorEntry parse_entry(const std::string& name, const json& description, std::uint64_t data_size) {
  TensorEntry entry{parse_dtype(name, description), parse_counts(name, description, "shape")};
  const auto offsets = parse_counts(name, description, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || static_cast<std::uint64_t>(offsets[1]) > data_size) {
    throw Error(fmt::format("{} has data_offsets [{}], expected begin and end within the {} bytes of data", label(name),
                            fmt::join(offsets, ", "), data_size));
  }
  entry.begin = static_cast<std::uint64_t>(offsets[0]);
  entry.end = static_cast<std::uint64_t>(offsets[1]);

  const std::optional<std::uint64_t> needed = byte_count(entry.dtype, entry.shape);
  if (needed != entry.end - entry.begin) {
    throw Error(fmt::format("{} has {} bytes of data, expected {} for {} of shape [{}]", label(name),
                            entry.end - entry.begin, needed ? fmt::to_string(*needed) : "more than 2^64",
                            curvegraph::name(entry.dtype), fmt::join(entry.shape, ", ")));
  }
  return entry;
}

/// Throws unless the tensors, in the order of their data, follow one another from the first byte to the last.
void require_contiguous(const std::map<std::string, TensorEntry>& tensors, std::uint64_t data_size) {
  std::vector<const NamedEntry*> sorted;
  sorted.reserve(tensors.size());
  for (const NamedEntry& tensor : tensors) sorted.push_back(&tensor);
  std::ranges::sort(sorted, {},
                    [](const NamedEntry* tensor) { return std::pair(tensor->second.begin, tensor->second.end); });
  std::uint64_t expected = 0;
  std::string place = "the start of the data";
  for (const NamedEntry* tensor : sorted) {
    const auto& [name, entry] = *tensor;
    if (entry.begin != expected) {
      throw Error(
          fmt::format("{} begins at byte {} of the data, expected {}, {}", label(name), entry.begin, expected, place));
    }
    expected = entry.end;
    place = fmt::format("where {} ends", label(name));
  }
  if (expected != data_size) {
    throw Error(fmt::format("holds {} bytes of data, expected {}, {}", data_size, expected, place));
  }
}

/// What torch.save() writes, a zip file today and a pickle in the past, by the first bytes; "" for any other file.
std::string_view kind_of_checkpoint(std::span<const std::byte> head) {
  const auto byte = [&](std::size_t i) { return std::to_integer<int>(head[i]); };
  if (byte(0) == 'P' && byte(1) == 'K' && byte(2) == 3 && byte(3) == 4) return "zip file";
  constexpr int kProtocol = 0x80;  // the pickle's first instruction; its version follows
  if (byte(0) == kProtocol && byte(1) >= 2 && byte(1) <= 5) return "pickle";
  return "";
}

std::uint64_t size_of_file(const std::filesystem::path& path, const Descriptor& file) {
  struct stat status {};
  if (::fstat(file.number(), &status) < 0) fail(path, "read");
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    fail(path, "read");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : source_(path.string()), file_(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); })) {
  if (!file_.valid()) fail(path, "open");
  const std::uint64_t size = size_of_file(path, file_);
  std::uint64_t header_size = 0;
  if (size < sizeof(header_size)) {
    throw Error(fmt::format("{}: holds {} bytes, expected {} for the header's length alone", source_, size,
                            sizeof(header_size)));
  }
  read_at(0, std::as_writable_bytes(std::span(&header_size, 1)));
  const std::uint64_t rest = size - sizeof(header_size);
  std::byte brace{};  // of the header's object: a header of 640 bytes begins like a pickle
  if (header_size > 0 && header_size <= rest) read_at(sizeof(header_size), std::span(&brace, 1));
  const std::string_view kind = kind_of_checkpoint(std::as_bytes(std::span(&header_size, 1)));
  if (brace != std::byte{'{'} && !kind.empty()) {
    throw Error(
        fmt::format("{}: is a {}, such as torch.save() writes, expected a safetensors file, as "
                    "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\") in Python writes it",
                    source_, kind));
  }
  if (header_size > rest) {
    throw Error(fmt::format("{}: announces a header of {} bytes, but only {} follow", source_, header_size, rest));
  }
  std::vector<std::byte> text(header_size);
  read_at(sizeof(header_size), text);
  data_ = sizeof(header_size) + header_size;
  try {
    const json header = parse_header(text);
    for (const auto& [key, description] : header.items()) {
      if (key == metadata_key) {
        metadata_ = parse_metadata(description);
      } else {
        tensors_.emplace(key, parse_entry(key, description, size - data_));
      }
    }
    require_contiguous(tensors_, size - data_);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", source_, error.what()));
  }
}

const TensorEntry& SafetensorsFile::at(const std::string& name) const { return find_tensor(tensors_, source_, name); }

void SafetensorsFile::require(const std::string& name, DType dtype, std::span<const std::int64_t> shape) const {
  const TensorEntry& found = at(name);
  if (found.dtype == dtype && std::ranges::equal(found.shape, shape)) return;
  throw Error(fmt::format("{}: {} is {} [{}], expected {} [{}]", source_, name, curvegraph::name(found.dtype),
                          fmt::join(found.shape, ", "), curvegraph::name(dtype), fmt::join(shape, ", ")));
}

void SafetensorsFile::read(const std::string& name, std::uint64_t first, std::span<std::byte> out) const {
  const TensorEntry& entry = at(name);
  const std::uint64_t size = entry.end - entry.begin;
  if (first > size || out.size() > size - first) {
    throw UsageError(fmt::format("{}: {} bytes of {} from byte {}, expected at most its {}", source_, out.size(),
                                 label(name), first, size));
  }
  read_at(data_ + entry.begin + first, out);
}

void SafetensorsFile::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t got =
        uninterrupted([&] { return ::pread(file_.number(), out.data(), out.size(), static_cast<off_t>(offset)); });
    if (got < 0) fail(source_, "read");
    if (got == 0) {
      throw Error(fmt::format("{}: ends at byte {} while it is read, expected {} more", source_, offset, out.size()));
    }
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(to_index(got));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
