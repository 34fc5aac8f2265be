#include "models/early_stopping.h"

#include <cmath>

#include <gtest/gtest.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(EarlyStopping, KnowsTheBestEpoch) {
  EarlyStopping accuracy(/*higher_is_better=*/true);
  EXPECT_EQ(accuracy.best_epoch(), 0);
  EXPECT_TRUE(accuracy.add(0.5));
  EXPECT_FALSE(accuracy.add(0.5)) << "as good is no better";
  EXPECT_TRUE(accuracy.add(0.7));
  EXPECT_FALSE(accuracy.add(0.6));
  EXPECT_EQ(accuracy.best_epoch(), 3);
  EXPECT_EQ(accuracy.best(), 0.7);

  EarlyStopping loss(/*higher_is_better=*/false);
  EXPECT_TRUE(loss.add(2));
  EXPECT_TRUE(loss.add(1));
  EXPECT_FALSE(loss.add(1.5));
  EXPECT_EQ(loss.best_epoch(), 2);
}

TEST(EarlyStopping, StopsWhenPatienceEnds) {
  EarlyStopping stopping(/*higher_is_better=*/false, 2);
  EXPECT_FALSE(stopping.should_stop());
  for (const double loss : {3.0, 4.0, 2.0, 2.5}) {
    stopping.add(loss);
    EXPECT_FALSE(stopping.should_stop()) << loss;
  }
  stopping.add(2.1);
  EXPECT_TRUE(stopping.should_stop());
  EarlyStopping endless(/*higher_is_better=*/false);
  for (int epoch = 0; epoch < 100; ++epoch) endless.add(epoch);
  EXPECT_FALSE(endless.should_stop());
}

TEST(EarlyStopping, HasNoBestThatIsNoNumber) {
  EarlyStopping stopping(/*higher_is_better=*/true, 2);
  EXPECT_FALSE(stopping.add(std::nan("")));
  EXPECT_EQ(stopping.best_epoch(), 0);
  EXPECT_TRUE(stopping.add(0.1));
  EXPECT_FALSE(stopping.add(std::nan("")));
  EXPECT_EQ(stopping.best_epoch(), 2);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
