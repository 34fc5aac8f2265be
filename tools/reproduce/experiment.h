#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/dataset.h"
#include "tools/reproduce/method.h"

/// The paper's experiments by name, and how its networks meet the data at hand.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// One that trains: Figures 1 to 8.
struct Experiment {
  std::string_view name;
  std::string_view description;
  std::string_view layers;  ///< as parse_layers reads them
  std::string_view criterion;
  std::vector<Method> methods;  ///< in the order of the report
};

std::span<const Experiment> experiments();
/// nullptr for an unknown name.
const Experiment* find_experiment(std::string_view name);

/// A folder of images as tools/train is told of it.
struct ImageData {
  const DatasetFormat* format = nullptr;
  std::filesystem::path folder;
  int image_size = 0;  ///< side of the square images that fit the network
  bool jpeg = false;   ///< some of the training images are JPEG files

  /// The options of tools/train that name it.
  [[nodiscard]] MethodSettings options() const;
  /// Throws UsageError where a network of these layers does not fit it.
  [[nodiscard]] DatasetPair load(std::span<const int> layers) const;
  /// CIFAR-10's images, which are no JPEG files to begin with.
  [[nodiscard]] bool lossy() const;
};

/// "image-folder: 50000 training and 10000 test samples"
std::string describe(const ImageData& images, const DatasetPair& data);

/// The CIFAR-10 binaries where the folder holds these, else an image folder. UsageError where a network with so many
/// inputs does not take square RGB images.
ImageData find_images(const std::filesystem::path& folder, int inputs);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
