#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "framework/io/safetensors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian and is read without swapping");

using nlohmann::json;

constexpr const char* metadata_key = "__metadata__";

/// A tensor as the header describes it; its data are bytes begin to end, not yet read.
struct Entry {
  std::string name;
  StoredTensor tensor;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Deeper than any header needs, and shallow enough for the library's recursion.
constexpr int deepest = 64;

std::string shortened(std::string text) {
  constexpr std::size_t longest = 200;
  if (text.size() > longest) text.replace(longest, std::string::npos, "...");
  return text;
}

/// A part of the header for a message: on one line, whatever the file holds, and not long.
std::string shown(const json& value) { return shortened(value.dump()); }

std::string label(const std::string& name) { return "tensor " + shown(name); }

json parse_header(std::span<const std::byte> header) {
  if (header.empty() || header.front() != std::byte{'{'}) throw Error("its header does not begin with '{'");

  std::vector<std::set<std::string>> keys;  // of every object that is open at the parser's position
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
    throw Error(fmt::format("{} has dtype {}, expected F32, F64, I64 or U8", label(name), shown(value)));
  }
  return *found;
}

Entry parse_entry(const std::string& name, const json& description, std::uint64_t data_size) {
  Entry entry{name, {parse_dtype(name, description), parse_counts(name, description, "shape"), {}}};
  const auto offsets = parse_counts(name, description, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || static_cast<std::uint64_t>(offsets[1]) > data_size) {
    throw Error(fmt::format("{} has data_offsets [{}], expected begin and end within the {} bytes of data", label(name),
                            fmt::join(offsets, ", "), data_size));
  }
  entry.begin = static_cast<std::uint64_t>(offsets[0]);
  entry.end = static_cast<std::uint64_t>(offsets[1]);

  const auto& [dtype, shape, bytes] = entry.tensor;
  const std::optional<std::uint64_t> needed = byte_count(dtype, shape);
  if (needed != entry.end - entry.begin) {
    throw Error(fmt::format("{} has {} bytes of data, expected {} for {} of shape [{}]", label(name),
                            entry.end - entry.begin, needed ? fmt::to_string(*needed) : "more than 2^64",
                            curvegraph::name(dtype), fmt::join(shape, ", ")));
  }
  return entry;
}

/// Throws unless the tensors, in the order of their data, follow one another from the first byte to the last.
void require_contiguous(const std::vector<Entry>& sorted, std::uint64_t data_size) {
  std::uint64_t expected = 0;
  std::string place = "the start of the data";
  for (const Entry& entry : sorted) {
    if (entry.begin != expected) {
      throw Error(fmt::format("{} begins at byte {} of the data, expected {}, {}", label(entry.name), entry.begin,
                              expected, place));
    }
    expected = entry.end;
    place = fmt::format("where {} ends", label(entry.name));
  }
  if (expected != data_size) {
    throw Error(fmt::format("holds {} bytes of data, expected {}, {}", data_size, expected, place));
  }
}

/// The messages it throws lack the name of the file.
Safetensors parse(std::span<const std::byte> file) {
  std::uint64_t header_size = 0;
  if (file.size() < sizeof(header_size)) {
    throw Error(
        fmt::format("holds {} bytes, expected {} for the header's length alone", file.size(), sizeof(header_size)));
  }
  std::memcpy(&header_size, file.data(), sizeof(header_size));
  const auto rest = file.subspan(sizeof(header_size));
  if (header_size > rest.size()) {
    throw Error(fmt::format("announces a header of {} bytes, but only {} follow", header_size, rest.size()));
  }
  const json header = parse_header(rest.first(header_size));
  const auto data = rest.subspan(header_size);

  Safetensors content;
  std::vector<Entry> entries;
  for (const auto& [key, description] : header.items()) {
    if (key == metadata_key) {
      content.metadata = parse_metadata(description);
    } else {
      entries.push_back(parse_entry(key, description, data.size()));
    }
  }

  std::ranges::sort(entries, {}, [](const Entry& entry) { return std::pair(entry.begin, entry.end); });
  require_contiguous(entries, data.size());
  for (Entry& entry : entries) {
    const auto bytes = data.subspan(entry.begin, entry.end - entry.begin);
    entry.tensor.bytes.assign(bytes.begin(), bytes.end());
    content.tensors.emplace(entry.name, std::move(entry.tensor));
  }
  return content;
}

}  // namespace

Safetensors read_safetensors(const std::filesystem::path& path) {
  const std::vector<std::byte> file = read_file(path);
  try {
    Safetensors content = parse(file);
    content.source = path.string();
    return content;
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
