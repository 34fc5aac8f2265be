#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "framework/data/dataset.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A small training problem drawn from a seed: data of all kinds of scale and degeneracy, and the options of
/// tools/train that go with it.
struct RandomProblem {
  DatasetPair data;
  std::map<std::string, std::string> options;  ///< layers, activation, criterion, ... by name

  /// On one line, for the message of a test that fails.
  [[nodiscard]] std::string describe() const;
};

/// 1 to 5 layers, every activation, every criterion with targets that fit it, inputs and targets at scales from 1e-12
/// to 1e12, with constant, equal, huge and repeated features and samples.
RandomProblem random_problem(std::uint64_t seed);

/// Solver, damping, curvature, rates, batch size and the rest of the optimizer's options, as drawn from the seed.
std::map<std::string, std::string> random_optimizer(std::uint64_t seed, int samples);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
