#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Images as files: `dir` holds the folders train and test, or train and val for the same, or train, val and test,
/// where val is the validation set. Each of these holds a folder for every class, the same in all, with that class's
/// images: files that end in .jpg, .jpeg or .png (in any case), decoded as image.h says, whichever of these they are.
/// Labels count the class folders in the order of their names (by bytes); samples are in the order of their paths.
/// Links are followed; names that begin with a dot and all other files are ignored, and so are folders inside class
/// folders.
///
/// All images have one size, or are brought to one by options.image_size as resize.h says. Features are
/// [red, green, blue][row][column].
///
/// Files are decoded on threads() threads, straight to their place in the set.
///
/// Throws Error, naming the path, if a folder is not like that; a class folder holds no image, or none that can be
/// read; there are more than 256 classes; sizes differ; an image cannot be read or is damaged (unless
/// options.skip_broken); or the set would not fit the machine's memory. UsageError if options.image_size is out of
/// range.
DatasetPair load_image_folder(const std::filesystem::path& dir, const DatasetOptions& options = {});

/// What load_image_folder would find, from the folders' listing and, without an image size, the first training image.
DatasetShape image_folder_shape(const std::filesystem::path& dir, const DatasetOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
