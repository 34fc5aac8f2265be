#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Fashion-MNIST, or any other set of at most 10 classes in the files of MNIST, with any number of images of any one
/// size. `dir` holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
/// t10k-labels-idx1-ubyte, each gzipped with .gz after its name (preferred if both exist) or plain.
///
/// An IDX file is a magic number (0x00000803 for images, 0x00000801 for labels; the last byte counts the extents), the
/// extents (images: count, rows, columns; labels: count) as big-endian 32-bit integers, and one byte per value.
///
/// Throws Error if a file is missing, unreadable, corrupt, shorter or longer than its header says, or disagrees with
/// its partner.
DatasetPair load_fashion_mnist(const std::filesystem::path& dir);

/// The shape of what load_fashion_mnist returns, from the header of the training images. Throws Error likewise.
DatasetShape fashion_mnist_shape(const std::filesystem::path& dir);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
