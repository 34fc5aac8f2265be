#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Arrays of NumPy (npy_file.h): train_inputs.npy, train_targets.npy, test_inputs.npy and test_targets.npy in `dir`,
/// inputs [N, features] and targets [N, outputs] or [N]. Numbers are kept as real. Inputs of type uint8 are kept as
/// bytes, which mean byte / 255, as for images. Autoencoders need no targets.
///
/// Throws Error, naming the file, if one is missing, is no such array, or does not fit the others.
DatasetPair load_npy(const std::filesystem::path& dir, const DatasetOptions& options = {});

/// The shape of what load_npy returns, from the header of the training inputs and the training targets.
DatasetShape npy_shape(const std::filesystem::path& dir, const DatasetOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
