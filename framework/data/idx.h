#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Fashion-MNIST (and any other set of at most 10 classes in MNIST's files: images of any one size, any number of
/// them). `dir` holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
/// t10k-labels-idx1-ubyte, each gzipped with .gz after its name (preferred if both exist) or plain.
///
/// An IDX file is a magic number (0x00000803 for images, 0x00000801 for labels, the last byte counting the extents),
/// the extents (images: count, rows, columns; labels: count) as big-endian 32-bit integers, and one byte a value.
///
/// Throws Error if a file is missing, unreadable, corrupt, shorter or longer than its header says, or disagrees with
/// its partner.
DatasetPair load_fashion_mnist(const std::filesystem::path& dir);

/// What load_fashion_mnist would find, from the header of the training images. Throws Error as that would.
DatasetShape fashion_mnist_shape(const std::filesystem::path& dir);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
