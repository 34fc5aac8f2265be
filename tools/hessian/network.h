#pragma once

#include <filesystem>
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
  Normalization targets = {};  ///< empty if targets stay as they are
};

/// What the file of a network says it was trained for: classification where it says nothing.
Task trained_task(const std::filesystem::path& model);

/// The network of --model for that data set. What the file says of itself and what the options say must not disagree:
/// UsageError when they do, when neither names an op, or when the network is not of the data's sizes. Error when the
/// file cannot be used.
TrainedNetwork load_network(const HessianOptions& options, const Dataset& data);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
