#pragma once

#include <filesystem>
#include <string>

#include "tools/bench/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// All results as JSON for programs, with times in seconds and memory in bytes.
std::string format_json(const BenchOptions& options, const BenchReport& report, const Measurements& measured);

/// Whether format_json() wrote the file.
bool is_bench_json(const std::filesystem::path& path);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
