#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "ops/ops.h"
#include "second_order/second_order.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"

/// A network that fits its data to rounding: gradients and blocks shrink until a float holds none of their squares.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// Three clusters far apart, and batches of ten.
class Clusters {
 public:
  Clusters() : network_({4, 16, 3}, sigmoid, softmax_cross_entropy, kBatch) {}

  [[nodiscard]] Plan& plan() const { return *network_.plan; }

  void next() {
    Matrix x(4, kBatch);
    Matrix t(3, kBatch);
    for (int s = 0; s < kBatch; ++s) {
      const int cluster = s % 3;
      const Matrix noise = random_matrix(random_, 4, 1, -0.5, 0.5);
      for (int i = 0; i < 4; ++i) x(i, s) = noise(i, 0) + (i == cluster ? 3 : 0);
      t(cluster, s) = 1;
    }
    copy_to_device(x.values, plan().input(network_.model.input));
    copy_to_device(t.values, plan().input(network_.model.target));
    network_.run();
  }

 private:
  static constexpr int kBatch = 10;
  RandomNetwork network_;
  Random random_ = Random(7, Random::Stream::Test);
};

TEST(PerfectFit, TrainsOnWithEverySolver) {
  for (const WeightSolverKind& solver : weight_solvers()) {
    for (const int rank : {1, 3}) {
      if (rank > 1 && solver.name != "ea-cg") continue;
      Clusters clusters;
      SecondOrder optimizer(clusters.plan(), paper([&](auto& o) {
                              o.solver = &solver;
                              o.damping = {.kind = DampingKind::Relative, .rho = 10};
                              o.trust_region = 0.001;
                              o.averaging = 0.5;
                              o.rank = rank;
                              o.curvature_every = 20;
                            }));
      for (int step = 0; step < 2400; ++step) {
        clusters.next();
        const StepSummary summary = optimizer.step();
        ASSERT_TRUE(summary.taken) << solver.name << ", step " << step << ": " << summary.message;
      }
      clusters.next();
      EXPECT_LT(clusters.plan().mean_loss(), 1e-12) << solver.name << ", rank " << rank;
    }
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
