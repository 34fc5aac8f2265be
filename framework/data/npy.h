#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Arrays of NumPy (npy_file.h): train_inputs.npy, train_targets.npy, test_inputs.npy and test_targets.npy in `dir`,
/// inputs [N, features] and targets [N, outputs] or [N]. Numbers are kept as float; inputs of type uint8 as bytes,
/// which count as byte / 255, as those of images do. For autoencoders there need not be any targets.
///
/// Throws Error, naming the file, where one is missing, is no such array, or does not fit the others.
DatasetPair load_npy(const std::filesystem::path& dir, const DatasetOptions& options = {});

/// What load_npy would find, from the header of the training inputs and the training targets.
DatasetShape npy_shape(const std::filesystem::path& dir, const DatasetOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
