#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct ListedImage {
  std::filesystem::path path;
  std::uint8_t label = 0;
};

/// One part of an image folder.
struct ImagePart {
  std::filesystem::path folder;
  /// Sorted by class, then by name.
  std::vector<ListedImage> images = {};
  /// The number of other files in its class folders by extension, in lower case.
  std::map<std::string, int> other_files = {};

  /// "train", "val" or "test".
  std::string name() const { return folder.filename().string(); }
};

struct ImageListing {
  /// Names by label.
  std::vector<std::string> classes = {};
  ImagePart train = {};
  ImagePart test = {};
  ImagePart validation = {};  ///< without images if there is no such folder
};

/// Lists the files of an image folder as image_folder.h describes it, and opens none of them. Throws Error if the
/// folder does not have that structure.
ImageListing list_images(const std::filesystem::path& dir);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
