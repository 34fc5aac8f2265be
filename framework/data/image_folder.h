#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Images as files. `dir` holds the folders train and test; or train and val, where val is the test set; or train, val
/// and test, where val is the validation set. Each of these holds one folder per class, the same in all, with the
/// images of that class: files that end in .jpg, .jpeg or .png (in any case). They are decoded as image.h says, in the
/// format that they really have. Labels number the class folders in the order of their names (by bytes). Samples are in
/// the order of their paths. Links are followed. Names that begin with a dot, and folders inside class folders, are
/// ignored; other files in class folders are counted.
///
/// All images have one size, or are resized to one by options.image_size, see resize.h.
/// Features are [red, green, blue][row][column].
///
/// Files are decoded on threads() threads, straight to their place in the set.
///
/// Throws Error, naming the path, if a folder does not have this structure; a class folder holds no image, or none that
/// can be read; there are more than 256 classes; sizes differ; an image cannot be read or is damaged (unless
/// options.skip_broken); or the set does not fit the machine's memory. Throws UsageError if options.image_size is out
/// of range.
DatasetPair load_image_folder(const std::filesystem::path& dir, const DatasetOptions& options = {});

/// The shape of what load_image_folder returns, from the listing of the folders and, without an image size, the first
/// training image.
DatasetShape image_folder_shape(const std::filesystem::path& dir, const DatasetOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
