#include "framework/data/dataset.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/core.h>
#include <fmt/format.h>
#include <zlib.h>

#include "framework/data/cifar10.h"
#include "framework/data/idx.h"
#include "framework/data/image_folder.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::array formats = {
    DatasetFormat{
        "fashion-mnist",
        "grey 28 x 28 images of clothes in 10 classes, from {train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz]",
        false,
        [](const auto& dir, const auto&) { return fashion_mnist_shape(dir); },
        [](const auto& dir, const auto&) { return load_fashion_mnist(dir); },
    },
    DatasetFormat{
        "cifar-10",
        "colour 32 x 32 images in 10 classes, from data_batch_{1..5}.bin and test_batch.bin (the binary version), in "
        "the folder itself or in cifar-10-batches-bin",
        false,
        [](const auto& dir, const auto&) { return cifar10_shape(dir); },
        [](const auto& dir, const auto&) { return load_cifar10(dir); },
    },
    DatasetFormat{
        "image-folder",
        "JPEG and PNG files in {train,val}/CLASS/ or {train,test}/CLASS/, of at most 256 classes; grey is read as RGB",
        true,
        image_folder_shape,
        load_image_folder,
    },
};

}  // namespace

int Dataset::size() const { return static_cast<int>(labels.size()); }

std::span<const std::uint8_t> Dataset::sample(int i) const {
  if (i < 0 || i >= size())
    throw UsageError(fmt::format("{}: no sample {}, expected 0 <= sample < {}", name, i, size()));
  const auto length = static_cast<std::size_t>(features);
  return std::span(values).subspan(static_cast<std::size_t>(i) * length, length);
}

std::uint32_t Dataset::fingerprint() const {
  uLong crc = crc32_z(0, values.data(), values.size());
  crc = crc32_z(crc, labels.data(), labels.size());
  return static_cast<std::uint32_t>(crc);
}

std::span<const DatasetFormat> dataset_formats() { return formats; }

const DatasetFormat& dataset_format(std::string_view name) {
  const auto found = std::ranges::find(formats, name, &DatasetFormat::name);
  if (found == formats.end()) {
    std::array<std::string_view, formats.size()> known;
    std::ranges::transform(formats, known.begin(), &DatasetFormat::name);
    throw UsageError(fmt::format("unknown data set \"{}\", expected one of {}", name, fmt::join(known, ", ")));
  }
  return *found;
}

std::string grouped(std::uint64_t count) {
  std::string digits = fmt::to_string(count);
  for (std::size_t left = digits.size(); left > 3; left -= 3) digits.insert(left - 3, 1, ',');
  return digits;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
