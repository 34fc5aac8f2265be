#include "framework/data/resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

void require_room(std::span<const std::uint8_t> out, std::size_t width, std::size_t height) {
  if (out.size() == rgb_channels * width * height) return;
  throw UsageError(fmt::format("an image of {} x {} pixels into {} bytes, expected {}", width, height, out.size(),
                               rgb_channels * width * height));
}

/// The input pixels along one axis that make an output pixel, and their weights.
struct Taps {
  std::size_t first = 0;
  std::vector<float> weights = {};

  std::size_t end() const { return first + weights.size(); }
};

/// The taps of `size` output pixels that span the `side` central pixels of `length`. The filter may reach beyond these.
std::vector<Taps> make_taps(int length, int side, int size) {
  const double scale = static_cast<double>(side) / size;
  const double reach = std::max(scale, 1.0);
  const int offset = (length - side) / 2;
  std::vector<Taps> all;
  for (int i = 0; i < size; ++i) {
    const double centre = offset + (i + 0.5) * scale - 0.5;
    const int first = std::max(static_cast<int>(std::floor(centre - reach)) + 1, 0);
    const int last = std::min(static_cast<int>(std::ceil(centre + reach)) - 1, length - 1);
    double sum = 0;
    for (int j = first; j <= last; ++j) sum += reach - std::abs(j - centre);
    Taps& taps = all.emplace_back(Taps{to_index(first)});
    for (int j = first; j <= last; ++j) {
      taps.weights.push_back(static_cast<float>((reach - std::abs(j - centre)) / sum));
    }
  }
  return all;
}

/// Rows [first, end) of the image, each of the output's width: [row][channel][column].
std::vector<float> resize_rows(const Image& image, const std::vector<Taps>& columns, std::size_t first,
                               std::size_t end) {
  std::vector<float> rows;
  rows.reserve((end - first) * rgb_channels * columns.size());
  for (std::size_t y = first; y < end; ++y) {
    const std::uint8_t* row = image.rgb.data() + y * rgb_channels * to_index(image.width);
    for (std::size_t c = 0; c < rgb_channels; ++c) {
      for (const Taps& taps : columns) {
        const std::uint8_t* pixel = row + rgb_channels * taps.first + c;
        float sum = 0;
        for (std::size_t j = 0; j < taps.weights.size(); ++j) {
          sum += taps.weights[j] * static_cast<float>(pixel[rgb_channels * j]);
        }
        rows.push_back(sum);
      }
    }
  }
  return rows;
}

}  // namespace

void write_planar(const Image& image, std::span<std::uint8_t> out) {
  const auto pixels = to_index(image.width) * to_index(image.height);
  require_room(out, to_index(image.width), to_index(image.height));
  for (std::size_t c = 0; c < rgb_channels; ++c) {
    for (std::size_t i = 0; i < pixels; ++i) out[c * pixels + i] = image.rgb[rgb_channels * i + c];
  }
}

void write_square(const Image& image, int size, std::span<std::uint8_t> out) {
  if (image.width == size && image.height == size) return write_planar(image, out);
  if (size < 1) throw UsageError(fmt::format("an image of {0} x {0} pixels, expected at least 1 x 1", size));
  const auto side = to_index(size);
  require_room(out, side, side);
  const int shorter = std::min(image.width, image.height);
  const std::vector<Taps> columns = make_taps(image.width, shorter, size);
  const std::vector<Taps> lines = make_taps(image.height, shorter, size);
  const std::size_t first = lines.front().first;
  const std::vector<float> rows = resize_rows(image, columns, first, lines.back().end());

  std::vector<float> sums(rgb_channels * side);  // [channel][column] of an output row
  for (std::size_t y = 0; y < side; ++y) {
    std::ranges::fill(sums, 0.0F);
    for (std::size_t j = lines[y].first; j < lines[y].end(); ++j) {
      const float weight = lines[y].weights[j - lines[y].first];
      const float* row = rows.data() + (j - first) * sums.size();
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * row[i];
    }
    for (std::size_t c = 0; c < rgb_channels; ++c) {
      for (std::size_t x = 0; x < side; ++x) {
        const float value = std::min(sums[c * side + x] + 0.5F, 255.0F);
        out[(c * side + y) * side + x] = static_cast<std::uint8_t>(value);
      }
    }
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
