#include "framework/data/dataset.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>
#include <zlib.h>

#include "framework/data/cifar10.h"
#include "framework/data/csv.h"
#include "framework/data/idx.h"
#include "framework/data/image_folder.h"
#include "framework/data/npy.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// The task for images: to predict their classes, or the images themselves.
Task image_task(std::string_view format, const DatasetOptions& options) {
  const Task task = options.task.value_or(Task::Classification);
  if (task != Task::Regression) return task;
  throw UsageError(fmt::format("{}: has images with labels, expected the task classification or autoencoder, found {}",
                               format, curvegraph::name(task)));
}

DatasetShape for_task(std::string_view format, DatasetShape shape, const DatasetOptions& options) {
  shape.task = image_task(format, options);
  if (shape.task == Task::Autoencoder) shape.outputs = shape.features;
  return shape;
}

DatasetPair for_task(std::string_view format, DatasetPair pair, const DatasetOptions& options) {
  const Task task = image_task(format, options);
  for (Dataset* part : {&pair.train, &pair.test, &pair.validation}) {
    part->task = task;
    if (task == Task::Autoencoder) part->output_names.clear();  // the names are those of the classes
  }
  return pair;
}

constexpr std::string_view fashion_mnist = "fashion-mnist";
constexpr std::string_view cifar10 = "cifar-10";
constexpr std::string_view image_folder = "image-folder";

constexpr std::array formats = {
    DatasetFormat{
        .name = fashion_mnist,
        .description =
            "grey 28 x 28 images of clothes in 10 classes, from {train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz]",
        .shape = [](const auto& dir,
                    const auto& options) { return for_task(fashion_mnist, fashion_mnist_shape(dir), options); },
        .load = [](const auto& dir,
                   const auto& options) { return for_task(fashion_mnist, load_fashion_mnist(dir), options); },
    },
    DatasetFormat{
        .name = cifar10,
        .description =
            "colour 32 x 32 images in 10 classes, from data_batch_{1..5}.bin and test_batch.bin (the binary version), "
            "in the folder itself or in cifar-10-batches-bin",
        .shape = [](const auto& dir, const auto& options) { return for_task(cifar10, cifar10_shape(dir), options); },
        .load = [](const auto& dir, const auto& options) { return for_task(cifar10, load_cifar10(dir), options); },
    },
    DatasetFormat{
        .name = image_folder,
        .description =
            "JPEG and PNG files in {train,test}/CLASS/, {train,val}/CLASS/ or all three, of at most 256 classes; grey "
            "is read as RGB",
        .image_files = true,
        .shape = [](const auto& dir,
                    const auto& options) { return for_task(image_folder, image_folder_shape(dir, options), options); },
        .load = [](const auto& dir,
                   const auto& options) { return for_task(image_folder, load_image_folder(dir, options), options); },
    },
    DatasetFormat{
        .name = "csv",
        .description = "tables of numbers in train.csv, test.csv and, if there is one, validation.csv, whose first "
                       "lines name their "
                       "columns; classes may have names",
        .table = true,
        .named_columns = true,
        .shape = csv_shape,
        .load = load_csv,
    },
    DatasetFormat{
        .name = "npy",
        .description =
            "arrays of NumPy: inputs [N, features] in {train,test}_inputs.npy, uint8 as byte/255; targets "
            "[N, outputs] or [N] in {train,test}_targets.npy; likewise validation_..., if there are such files",
        .table = true,
        .shape = npy_shape,
        .load = load_npy,
    },
};

/// The `length` values of sample i.
template <class T>
std::span<const T> part_of(const Dataset& dataset, const std::vector<T>& all, int i, int length) {
  if (i < 0 || i >= dataset.size()) {
    throw UsageError(fmt::format("{}: no sample {}, expected 0 <= sample < {}", dataset.name, i, dataset.size()));
  }
  const auto values = to_index(length);
  return std::span(all).subspan(to_index(i) * values, values);
}

/// Skips empty data, because a null pointer makes zlib start anew.
template <class T>
uLong crc32_on(uLong crc, const std::vector<T>& values) {
  if (values.empty()) return crc;
  return crc32_z(crc, reinterpret_cast<const Bytef*>(values.data()), values.size() * sizeof(T));
}

}  // namespace

int Dataset::size() const {
  return features == 0 ? 0 : static_cast<int>((values.size() + numbers.size()) / to_index(features));
}

int Dataset::outputs() const {
  switch (task) {
    case Task::Classification:
      return classes;
    case Task::Regression:
      return target_columns;
    default:
      return features;
  }
}

std::span<const std::uint8_t> Dataset::sample(int i) const { return part_of(*this, values, i, features); }

std::span<const real> Dataset::sample_numbers(int i) const { return part_of(*this, numbers, i, features); }

std::span<const real> Dataset::sample_targets(int i) const { return part_of(*this, targets, i, target_columns); }

std::uint32_t Dataset::fingerprint() const {
  uLong crc = crc32_on(0, values);
  crc = crc32_on(crc, numbers);
  crc = crc32_on(crc, labels);
  crc = crc32_on(crc, targets);
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
