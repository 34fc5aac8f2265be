#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/half.h"
#include "framework/io/safetensors_names.h"
#include "framework/io/safetensors_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Elements in memory at a time.
constexpr std::uint64_t kCheckedAtOnce = std::uint64_t{1} << 20;

/// The place of an element, by its index in row-major order.
std::vector<std::uint64_t> coordinates(std::uint64_t index, const std::vector<std::int64_t>& shape) {
  std::vector<std::uint64_t> place(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const auto extent = static_cast<std::uint64_t>(shape[axis]);
    place[axis] = index % extent;
    index /= extent;
  }
  return place;
}

}  // namespace

void SafetensorsFile::require_numbers(const std::string& name, std::span<const std::int64_t> shape) const {
  const TensorEntry& found = at(name);
  if (is_number(found.dtype) && std::ranges::equal(found.shape, shape)) return;
  throw Error(fmt::format("{}: tensor {} is {} [{}], expected F16, BF16, F32 or F64 [{}]", source_, quoted(name),
                          curvegraph::name(found.dtype), fmt::join(found.shape, ", "), fmt::join(shape, ", ")));
}

void SafetensorsFile::require_finite(const std::string& name) const {
  const TensorEntry& entry = at(name);
  const std::uint64_t count = (entry.end - entry.begin) / size_of(entry.dtype);
  std::vector<real> values(std::min(count, kCheckedAtOnce));
  for (std::uint64_t first = 0; first < count; first += values.size()) {
    const auto part = std::span(values).first(std::min<std::uint64_t>(values.size(), count - first));
    read_numbers(name, first, part);
    const auto found = std::ranges::find_if_not(part, [](real value) { return std::isfinite(value); });
    if (found == part.end()) continue;
    const std::uint64_t index = first + static_cast<std::uint64_t>(found - part.begin());
    throw Error(fmt::format("{}: tensor {} holds {} at [{}], expected numbers that are finite in {}", source_,
                            quoted(name), *found, fmt::join(coordinates(index, entry.shape), ", "), real_name));
  }
}

void SafetensorsFile::read_numbers(const std::string& name, std::uint64_t first, std::span<real> out) const {
  const auto read_as = [&]<class Stored>(Stored /*type*/, auto number) {
    std::vector<Stored> stored(out.size());
    read(name, first * sizeof(Stored), std::as_writable_bytes(std::span(stored)));
    std::ranges::transform(stored, out.begin(), [&](Stored value) { return static_cast<real>(number(value)); });
  };
  const DType dtype = at(name).dtype;
  if (dtype == dtype_of<real>()) return read(name, first * sizeof(real), std::as_writable_bytes(out));
  switch (dtype) {
    case DType::F16:
      return read_as(std::uint16_t{}, float_from_half);
    case DType::BF16:
      return read_as(std::uint16_t{}, float_from_bfloat16);
    case DType::F32:
      return read_as(float{}, std::identity{});
    case DType::F64:
      return read_as(double{}, std::identity{});
    default:
      throw UsageError(
          fmt::format("{}: tensor {} is {}, expected numbers", source_, quoted(name), curvegraph::name(dtype)));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
