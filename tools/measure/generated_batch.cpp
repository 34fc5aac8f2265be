#include "tools/measure/generated_batch.h"

#include <cmath>
#include <vector>

#include "framework/index.h"
#include "framework/random.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void generate_batch(std::uint64_t seed, MatrixView inputs, MatrixView targets) {
  Random random(seed, Random::Stream::Batch);
  const double limit = std::sqrt(3.0);
  std::vector<real> input(to_index(inputs.rows));
  std::vector<real> target(to_index(targets.rows));
  for (int sample = 0; sample < inputs.cols; ++sample) {
    for (real& value : input) value = static_cast<real>(random.uniform(-limit, limit));
    copy_to_device(input, columns(inputs, sample, 1));
    target.assign(target.size(), 0);
    target[static_cast<std::size_t>(random.below(target.size()))] = 1;
    copy_to_device(target, columns(targets, sample, 1));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
