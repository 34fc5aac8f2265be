#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/op.h"
#include "models/model.h"
#include "tools/hessian/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct TrainedNetwork {
  std::vector<int> layers = {};
  const Op* activation = nullptr;
  const Op* criterion = nullptr;
  Model model = {};
  Normalization normalization = {};
  Normalization targets = {};             ///< empty if targets stay as they are
  std::vector<std::string> remarks = {};  ///< lines on what the reader has made of a file of another program
};

/// The task that a network's file names; classification if it names none.
Task trained_task(const std::filesystem::path& model);

/// Loads the network of --model for this data set. Throws UsageError if the file and the options name different ops, if
/// neither names an op, or if the network's sizes do not fit the data, and Error if the file cannot be used.
TrainedNetwork load_network(const HessianOptions& options, const Dataset& data);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
