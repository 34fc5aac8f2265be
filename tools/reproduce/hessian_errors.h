#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/op.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// PCH-1 and EA-CG with learning rate 0.1, alpha 0.02, at most 50 CG iterations to 0.1.
OptimizerOptions pch_1_with_ea_cg();

/// One of the paper's Tables 2 to 5: a network, how its parameters move, and when the curvatures are measured.
struct HessianErrorsOptions {
  const Dataset* train = nullptr;
  std::string data;         ///< what case.json says of it, such as "cifar-10: 50000 training and 10000 test samples"
  bool lossy_jpeg = false;  ///< likewise
  Normalize normalize = Normalize::Channel;
  std::vector<int> layers;
  const Op* activation = nullptr;
  const Op* criterion = nullptr;
  OptimizerOptions optimizer = pch_1_with_ea_cg();
  int batch_size = 100;
  int updates = 0;  ///< s: measured are the parameters after 0, every, 2 every, ... < s updates
  int every = 1;
  std::uint64_t seed = 1;        ///< of initial weights, order of samples, and targets that fisher-sampled draws
  std::filesystem::path folder;  ///< of this case; made where missing
};

/// Trains as Trainer would, in the same batches, and at the parameters named above computes ‖G - |E[H]|‖_F of every
/// layer and every curvature that the criterion allows, on the batch of the update that comes next: both G and E[H] are
/// means over it. Writes after each of these
///
///   errors.csv              update,curvature,layer,error
///   loss.csv                update,loss
///   case.json               settings, and "outcome": "finished", "unfinished" or "failed", with a "message"
///   checkpoint.safetensors  what it goes on from
///
/// Nothing is computed where the folder has all that is asked for. Where it has less, with the same settings but for
/// `updates`, this goes on from there with the bits of a run that was never interrupted. Throws UsageError where the
/// folder holds another case or options make no sense, NumericalError naming update, layer and number where a loss or
/// block is not finite or the optimizer takes no step; what was measured before stays.
void measure_hessian_errors(const HessianErrorsOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
