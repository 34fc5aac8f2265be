#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "framework/data/dataset.h"

namespace curvegraph {

/// Outside the precision's namespace, and with plain types only: main parses them in one precision, and either
/// precision can compute with them.
struct HessianOptions {
  std::filesystem::path model;
  std::optional<std::string> activation;  ///< by name; nothing: from the model file
  std::optional<std::string> criterion;   ///< by name; nothing: from the model file
  std::string dataset;
  std::filesystem::path data;
  DatasetOptions data_options;
  int batch_size = 0;
  std::uint64_t seed = 0;
  bool full = false;      ///< also the matrices of all parameters
  bool in_double = true;  ///< else in float
  int threads = 0;
  std::filesystem::path output;
  std::optional<std::filesystem::path> csv;
};

inline namespace CURVEGRAPH_PRECISION {

/// Returns nothing after printing --help. Throws UsageError, which names the option, the value found and the value
/// expected.
std::optional<HessianOptions> parse_hessian_options(int argc, const char* const* argv);

}  // namespace CURVEGRAPH_PRECISION
}  // namespace curvegraph
