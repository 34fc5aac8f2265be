#include "framework/threads.h"

#include <cstddef>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;

/// Leaves the number of threads as it was.
class Threads : public testing::Test {
 protected:
  ~Threads() override { set_threads(before_); }

 private:
  int before_ = threads();
};

/// How many threads the OpenMP pool really runs.
int pool_size() {
  int size = 0;
#pragma omp parallel
  {
#pragma omp single
    size = omp_get_num_threads();
  }
  return size;
}

struct Results {
  real sum;
  Matrix product;

  friend bool operator==(const Results&, const Results&) = default;
};

Results compute() {
  Random random(1, Random::Stream::Test);
  const Tensor a = to_tensor(random_matrix(random, 200, 300));
  Tensor c(200, 200);
  gemm(1, a, Transpose::No, a, Transpose::Yes, 0, c);
  const real* data = c.view().data;
  return {sum_over_index<real>(c.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { return data[i]; }), from_view(c)};
}

TEST_F(Threads, AreAsManyAsSet) {
  for (const int count : {1, 2, 3, 7, 1}) {
    set_threads(count);
    EXPECT_EQ(threads(), count);
    EXPECT_EQ(pool_size(), count);
  }
}

// Other device systems of Thrust bring pools of their own.
#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_OMP
TEST_F(Threads, AreAtLeastOne) {
  for (const int number : {0, -2}) EXPECT_THROW(set_threads(number), UsageError);
}

TEST_F(Threads, AreAsManyAsSetInKernels) {
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    std::vector<int> seen(100'000);
    for_each_index(seen.size(), [data = seen.data()](std::size_t i) { data[i] = omp_get_num_threads(); });
    EXPECT_THAT(seen, Each(count));
  }
}
#endif

TEST_F(Threads, OfOneNumberGiveTheSameBits) {
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    const Results first = compute();
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(compute() == first) << count << " threads";
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
