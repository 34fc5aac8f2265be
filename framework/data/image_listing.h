#pragma once

#include <cstdint>
#include <filesystem>
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
  /// By class, then by name.
  std::vector<ListedImage> images = {};

  /// "train", "val" or "test".
  std::string name() const { return folder.filename().string(); }
};

struct ImageListing {
  /// Names by label.
  std::vector<std::string> classes = {};
  ImagePart train = {};
  ImagePart test = {};
  ImagePart validation = {};  ///< without images where there is no such folder
};

/// The files of an image folder as image_folder.h describes it, none of them opened. Throws Error where it is not like
/// that.
ImageListing list_images(const std::filesystem::path& dir);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
