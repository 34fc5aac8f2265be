#pragma once

#include <cstdint>
#include <span>

#include "framework/io/safetensors.h"
#include "tools/hessian/blocks.h"
#include "tools/hessian/full.h"
#include "tools/hessian/network.h"
#include "tools/hessian/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Before anything is computed: throws UsageError when a file that the tool would write exists and is not an earlier
/// one of its own, Error when its folder does not.
void require_writable(const HessianOptions& options);

/// The output file: what --help says it holds. `labels`: empty where targets are no classes.
Safetensors blocks_file(const HessianOptions& options, const TrainedNetwork& network, const NetworkBlocks& blocks,
                        std::span<const std::int64_t> labels);
void add_full(std::span<const FullMatrix> matrices, Safetensors& file);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
