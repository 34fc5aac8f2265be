#include "framework/data/npy_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <type_traits>

#include <fmt/format.h>

#include "framework/data/dataset.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

static_assert(std::endian::native == std::endian::little);

struct NpyFile::Type {
  std::string_view code;  // in the header
  std::string_view name;
  std::size_t size;
  bool integer;
  void (NpyFile::*convert)(std::vector<real>& values);
};

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t largest_header = 1 << 20;

/// The text after the key in the header, which is a literal of a Python dictionary.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::size_t found = header.find(fmt::format("'{}':", key));
  if (found == std::string_view::npos) return {};
  header.remove_prefix(found + key.size() + 3);
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

/// 3 and 4 from "(3, 4)". Empty if the text is no such tuple, or an extent is below 1 or no int.
std::vector<int> extents_of(std::string_view tuple) {
  std::vector<int> extents;
  tuple.remove_prefix(1);
  while (!tuple.empty() && tuple.front() != ')') {
    int extent = 0;
    const auto [end, error] = std::from_chars(tuple.data(), tuple.data() + tuple.size(), extent);
    if (error != std::errc{} || extent < 1) return {};
    extents.push_back(extent);
    tuple.remove_prefix(to_index(end - tuple.data()));
    tuple.remove_prefix(std::min(tuple.find_first_not_of(", "), tuple.size()));
  }
  return extents;
}

}  // namespace

NpyFile::NpyFile(const std::filesystem::path& path) : path_(path.string()) {
  errno = 0;
  file_.open(path, std::ios::binary);
  if (!file_ || std::filesystem::is_directory(path)) {
    throw Error(fmt::format("{}: cannot open: {}", path_, std::generic_category().message(errno ? errno : EISDIR)));
  }
  std::array<char, 8> start{};
  file_.read(start.data(), start.size());
  if (!file_ || std::string_view(start.data(), magic.size()) != magic) {
    throw Error(fmt::format("{}: does not start with \\x93NUMPY, expected a file of NumPy's save()", path_));
  }
  const int version = static_cast<unsigned char>(start[6]);
  if (version < 1 || version > 3) {
    throw Error(fmt::format("{}: is of version {} of the format, expected 1 to 3", path_, version));
  }
  std::uint32_t length = 0;
  read(&length, version == 1 ? 2 : 4);
  if (length > largest_header) {
    throw Error(fmt::format("{}: its header takes {} bytes, expected at most {}", path_, grouped(length),
                            grouped(largest_header)));
  }
  std::string header(length, ' ');
  read(header.data(), length);
  parse(header);

  for (const int extent : shape_) {
    if (to_index(extent) > std::numeric_limits<std::size_t>::max() / 8 / count_) {
      throw Error(fmt::format("{}: has the shape {}, expected one that memory can hold", path_, shape_text()));
    }
    count_ *= to_index(extent);
  }
  const std::size_t held = std::filesystem::file_size(path) - static_cast<std::size_t>(file_.tellg());
  if (held != count_ * type_->size) {
    throw Error(fmt::format("{}: holds {} bytes of values, expected {}, as its header says {} of {}", path_,
                            grouped(held), grouped(count_ * type_->size), shape_text(), type()));
  }
}

void NpyFile::parse(std::string_view header) {
  static constexpr std::array types = {
      Type{"<f4", "float32", 4, false, &NpyFile::convert<float>},
      Type{"<f8", "float64", 8, false, &NpyFile::convert<double>},
      Type{"|u1", "uint8", 1, true, &NpyFile::convert<std::uint8_t>},
      Type{"|i1", "int8", 1, true, &NpyFile::convert<std::int8_t>},
      Type{"<u2", "uint16", 2, true, &NpyFile::convert<std::uint16_t>},
      Type{"<i2", "int16", 2, true, &NpyFile::convert<std::int16_t>},
      Type{"<u4", "uint32", 4, true, &NpyFile::convert<std::uint32_t>},
      Type{"<i4", "int32", 4, true, &NpyFile::convert<std::int32_t>},
      Type{"<u8", "uint64", 8, true, &NpyFile::convert<std::uint64_t>},
      Type{"<i8", "int64", 8, true, &NpyFile::convert<std::int64_t>},
      Type{"|b1", "bool", 1, true, &NpyFile::convert<std::uint8_t>},
  };
  std::string_view code = value_of(header, "descr");
  if (code.starts_with('\'')) code = code.substr(1, code.find('\'', 1) - 1);
  if (code.starts_with('[')) code = "that are records";
  const auto* const found = std::ranges::find(types, code, &Type::code);
  if (found == types.end()) {
    throw Error(
        fmt::format("{}: holds values of type {}, expected little-endian float32 or float64 (<f4, <f8), "
                    "integers or bool",
                    path_, code.empty() ? "that it does not say" : code));
  }
  type_ = found;
  if (!value_of(header, "fortran_order").starts_with("False")) {
    throw Error(fmt::format("{}: is in Fortran order, expected C order (numpy.ascontiguousarray)", path_));
  }
  const std::string_view shape = value_of(header, "shape");
  if (shape.starts_with('(')) shape_ = extents_of(shape);
  if (shape_.empty()) {
    throw Error(fmt::format("{}: has the shape {}, expected extents from 1 to {}", path_,
                            shape.substr(0, shape.find(')') + 1), std::numeric_limits<int>::max()));
  }
}

std::string NpyFile::shape_text() const { return fmt::format("[{}]", fmt::join(shape_, ", ")); }

std::string_view NpyFile::type() const { return type_->name; }

bool NpyFile::integers() const { return type_->integer; }

void NpyFile::read(void* values, std::size_t bytes) {
  file_.read(static_cast<char*>(values), static_cast<std::streamsize>(bytes));
  if (!file_) throw Error(fmt::format("{}: ends in its header, or cannot be read on", path_));
}

template <class T>
void NpyFile::convert(std::vector<real>& values) {
  constexpr std::size_t chunk = 1 << 14;
  std::vector<T> part(std::min(chunk, count_));
  const std::size_t width = count_ / to_index(shape_.front());
  while (values.size() < count_) {
    part.resize(std::min(chunk, count_ - values.size()));
    read(part.data(), part.size() * sizeof(T));
    for (const T value : part) {
      const real number = static_cast<real>(value);
      if constexpr (std::is_floating_point_v<T>) {
        if (!std::isfinite(number)) {
          throw Error(fmt::format("{}: row {}, column {} (counted from 0): found {}, expected a finite number{}", path_,
                                  values.size() / width, values.size() % width, value,
                                  std::isfinite(value) ? fmt::format(" that {} can hold", real_name) : ""));
        }
      }
      values.push_back(number);
    }
  }
}

std::vector<real> NpyFile::read_numbers() {
  std::vector<real> values;
  values.reserve(count_);
  (this->*type_->convert)(values);
  return values;
}

std::vector<std::uint8_t> NpyFile::read_bytes() {
  std::vector<std::uint8_t> values(count_);
  read(values.data(), count_);
  return values;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
