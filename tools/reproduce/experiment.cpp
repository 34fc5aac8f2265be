#include "tools/reproduce/experiment.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "framework/error.h"
#include "models/mlp.h"
#include "tools/command_line/datasets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kConvex = "cross-entropy";
constexpr std::string_view kNonConvex = "bounded";  // (14)

/// Gauss-Newton where the criterion is convex, and (13) where the paper could not hold the factor that KFI inverts.
std::vector<Method> compared_methods(bool convex, bool rank_one) {
  std::vector<Method> methods{{}};
  for (const std::string_view curvature : {"fisher", "gauss-newton", "pch-1", "pch-2"}) {
    if (curvature == "gauss-newton" && !convex) continue;
    for (const std::string_view solver : {"ea-cg", "kfi", "kfi-rank-one"}) {
      if (solver == "kfi-rank-one" && (!rank_one || curvature == "pch-2")) continue;
      methods.push_back({curvature, solver});
    }
  }
  return methods;
}

bool holds_jpeg(const std::filesystem::path& folder) {
  std::error_code ignored;
  const std::filesystem::recursive_directory_iterator files(folder / "train", ignored);
  return std::any_of(begin(files), end(files), [](const auto& file) {
    std::string extension = file.path().extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
    return extension == ".jpg" || extension == ".jpeg";
  });
}

}  // namespace

std::span<const Experiment> experiments() {
  static const std::array all{
      Experiment{"cifar10-convex", "Figures 1 and 3: CIFAR-10, cross-entropy", "cifar-10", kConvex,
                 compared_methods(true, false)},
      Experiment{"cifar10-nonconvex", "Figures 5 and 7: CIFAR-10, the criterion of equation 14", "cifar-10", kNonConvex,
                 compared_methods(false, false)},
      Experiment{"imagenet10-convex", "Figures 2 and 4: ten classes of ImageNet, cross-entropy", "imagenet-10", kConvex,
                 compared_methods(true, true)},
      Experiment{"imagenet10-nonconvex", "Figures 6 and 8: ten classes of ImageNet, equation 14", "imagenet-10",
                 kNonConvex, compared_methods(false, true)},
  };
  return all;
}

const Experiment* find_experiment(std::string_view name) {
  const auto all = experiments();
  const auto found = std::ranges::find(all, name, &Experiment::name);
  return found == all.end() ? nullptr : &*found;
}

MethodSettings ImageData::options() const {
  MethodSettings options{{"dataset", std::string(format->name)}, {"data", folder.string()}};
  if (format->image_files) options.insert({"image-size", fmt::format("{}", image_size)});
  return options;
}

DatasetPair ImageData::load(std::span<const int> layers) const {
  DatasetPair data = load_dataset(*format, folder, {.image_size = format->image_files ? image_size : 0});
  if (data.train.features == layers.front() && data.train.classes == layers.back()) return data;
  throw UsageError(fmt::format(
      "--layers {}: {} inputs and {} outputs, expected {} and {}, the features and classes of {}",
      format_layers(layers), layers.front(), layers.back(), data.train.features, data.train.classes, folder.string()));
}

bool ImageData::lossy() const { return jpeg && image_size == 32; }

std::string describe(const ImageData& images, const DatasetPair& data) {
  return fmt::format("{}: {} training and {} test samples", images.format->name, data.train.size(), data.test.size());
}

ImageData find_images(const std::filesystem::path& folder, int inputs) {
  const int side = static_cast<int>(std::lround(std::sqrt(inputs / 3.0)));
  if (3 * side * side != inputs) {
    throw UsageError(fmt::format(
        "--layers: found {} inputs, expected those of square RGB images, three times a square number", inputs));
  }
  const bool binaries = std::filesystem::exists(folder / "data_batch_1.bin");
  return {.format = &dataset_format(binaries ? "cifar-10" : "image-folder"),
          .folder = folder,
          .image_size = side,
          .jpeg = !binaries && holds_jpeg(folder)};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
