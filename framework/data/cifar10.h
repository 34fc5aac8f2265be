#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// CIFAR-10 in its official binary version (https://www.cs.toronto.edu/~kriz/cifar.html, cifar-10-binary.tar.gz).
/// `dir`, or its folder cifar-10-batches-bin, holds data_batch_1.bin to data_batch_5.bin (train) and test_batch.bin.
/// A file is records of 3,073 bytes: the label, then 32 x 32 pixels in red, in green and in blue, row by row. The
/// official files hold 10,000 records each; any other number from 1 on is accepted too, for subsets.
///
/// Throws Error if a file is missing or unreadable, its size is no multiple of a record, or a label exceeds 9.
DatasetPair load_cifar10(const std::filesystem::path& dir);

/// The shape of what load_cifar10 returns. Throws Error if the folder does not look like CIFAR-10.
DatasetShape cifar10_shape(const std::filesystem::path& dir);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
