#pragma once

#include <string_view>

#include "framework/real.h"

namespace curvegraph {

/// What a network predicts from a sample; this decides what its targets are. The same type in both precisions.
enum class Task {
  Classification,  ///< its class, a one-hot column
  Regression,      ///< numbers
  Autoencoder,     ///< its inputs before normalisation; for bytes byte / 255
};

}  // namespace curvegraph

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// "classification", "regression" or "autoencoder". Throws UsageError listing these for any other name.
Task task_from_name(std::string_view name);
std::string_view name(Task task);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
