#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "framework/data/dataset.h"

namespace curvegraph {

/// Outside the precision's namespace and of plain types only: main reads them in one precision, and either may compute
/// with them.
struct HessianOptions {
  std::filesystem::path model;
  std::optional<std::string> activation;  ///< by name; where missing, what the model file says
  std::optional<std::string> criterion;   ///< likewise
  std::string dataset;
  std::filesystem::path data;
  DatasetOptions data_options;
  int batch_size = 0;
  std::uint64_t seed = 0;
  bool full = false;      ///< the matrices of all parameters too
  bool in_double = true;  ///< else in float
  int threads = 0;
  std::filesystem::path output;
  std::optional<std::filesystem::path> csv;
};

inline namespace CURVEGRAPH_PRECISION {

/// Nothing when --help was asked for and printed. Throws UsageError naming the option, what was found and what was
/// expected.
std::optional<HessianOptions> parse_hessian_options(int argc, const char* const* argv);

}  // namespace CURVEGRAPH_PRECISION
}  // namespace curvegraph
