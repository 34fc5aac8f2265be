#pragma once

#include <filesystem>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Before hours of experiments: throws Error, naming the Debian package, where a program that reports are made with is
/// not in PATH.
void require_report_programs();

/// Writes into the folder of an experiment, from what lies there: report.md with its figures in figures/, and
/// report.html, one file that needs no other. Results may be partial; what is missing is named in the report. Throws
/// Error with the path of a file that is missing or cannot be read.
void write_report(const std::filesystem::path& experiment_folder);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
