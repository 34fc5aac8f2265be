#pragma once

#include <cstdint>
#include <span>

#include "framework/io/safetensors.h"
#include "tools/hessian/blocks.h"
#include "tools/hessian/full.h"
#include "tools/hessian/network.h"
#include "tools/hessian/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Checks the output files before anything is computed. Throws UsageError if a file exists and this tool did not write
/// it, and Error if its folder does not exist.
void require_writable(const HessianOptions& options);

/// The output file, as --help describes it. `labels`: empty if targets are not classes.
Safetensors blocks_file(const HessianOptions& options, const TrainedNetwork& network, const NetworkBlocks& blocks,
                        std::span<const std::int64_t> labels);
void add_full(std::span<const FullMatrix> matrices, Safetensors& file);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
