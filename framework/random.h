#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Random numbers that are the same on every machine: they depend on (seed, stream, index) alone. Code that draws once
/// per epoch or step passes its number as `index`, so that a resumed run draws the same numbers as an uninterrupted
/// one.
class Random {
 public:
  enum class Stream : std::uint32_t {
    Initialisation = 1,
    Shuffle = 2,  ///< the order of an epoch
    Test = 3,
    Targets = 4,     ///< drawn from the model
    Batch = 5,       ///< the samples of a single batch
    Search = 6,      ///< the settings that a search tries, and the samples it compares them by
    Validation = 7,  ///< the samples that are held out
  };

  Random(std::uint64_t seed, Stream stream, std::uint64_t index = 0);

  /// Uniform in [0, 1).
  double uniform();
  /// Uniform in [low, high), up to rounding: high itself may be drawn.
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal.
  double normal();
  /// Uniform in 0..bound-1, for a bound of at least 1.
  std::uint64_t below(std::uint64_t bound);
  /// Puts `order` into random order, by Fisher and Yates.
  void shuffle(std::vector<int>& order);

 private:
  std::mt19937_64 engine_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
