#pragma once

#include <nlohmann/json.hpp>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// {"processor", "threads", "blas", "compiler", "version"}: what times and bits of an experiment depend on beside its
/// settings. After set_threads().
nlohmann::json machine_description();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
