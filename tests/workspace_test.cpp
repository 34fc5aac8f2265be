#include "framework/workspace.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;

std::vector<real*> take_all(Workspace& workspace, const std::vector<Shape>& shapes) {
  std::vector<real*> data;
  for (const Shape& shape : shapes) data.push_back(workspace.take(shape.rows, shape.cols).data);
  return data;
}

TEST(Workspace, GivesMatricesOfTheShapeAskedFor) {
  Workspace workspace;
  for (const Shape shape : {Shape{1, 1}, Shape{3, 2}, Shape{1, 50}, Shape{2, 2}}) {
    const MatrixView view = workspace.take(shape.rows, shape.cols);
    EXPECT_EQ(view.shape(), shape);
    workspace.reset();
  }
}

TEST(Workspace, KeepsMatricesApartUntilReset) {
  Workspace workspace;
  std::vector<MatrixView> taken;
  for (int i = 0; i < 20; ++i) {
    taken.push_back(workspace.take(3, 4));
    fill(taken.back(), static_cast<real>(i));
  }
  for (int i = 0; i < 20; ++i) EXPECT_THAT(to_host(taken[static_cast<std::size_t>(i)]), Each(i));
}

TEST(Workspace, GivesMemoryOfTheHostThatOnlyGrows) {
  Workspace workspace;
  EXPECT_EQ(workspace.host(5).size(), 5);
  EXPECT_EQ(workspace.host_integers(7).size(), 7);
  const real* numbers = workspace.host(100).data();
  const int* integers = workspace.host_integers(100).data();
  EXPECT_EQ(workspace.host(3).size(), 3);
  workspace.reset();
  EXPECT_EQ(workspace.host(100).data(), numbers);
  EXPECT_EQ(workspace.host_integers(50).data(), integers);
}

TEST(Workspace, GivesTheSameMemoryToTheSameRequests) {
  Workspace workspace;
  const std::vector<real*> first = take_all(workspace, {{3, 4}, {1, 1}, {5, 2}});
  for (const std::vector<Shape>& again :
       std::vector<std::vector<Shape>>{{{3, 4}, {1, 1}, {5, 2}}, {{2, 4}, {1, 1}, {10, 1}}, {{4, 3}, {1, 1}, {2, 5}}}) {
    workspace.reset();
    EXPECT_EQ(take_all(workspace, again), first);
  }
}

TEST(Workspace, GrowsWhereMoreIsNeededAndOnlyThere) {
  Workspace workspace;
  const std::vector<real*> small = take_all(workspace, {{2, 2}, {2, 2}, {2, 2}});
  workspace.reset();
  const std::vector<real*> large = take_all(workspace, {{2, 2}, {40, 40}, {2, 2}, {1, 1}});
  EXPECT_EQ(large[0], small[0]);
  EXPECT_EQ(large[2], small[2]);
  workspace.reset();
  const MatrixView first = workspace.take(2, 2);
  const MatrixView second = workspace.take(40, 40);
  fill(first, 1);
  fill(second, 2);
  EXPECT_THAT(to_host(first), Each(1));
  EXPECT_THAT(to_host(second), Each(2));
  workspace.reset();
  EXPECT_EQ(take_all(workspace, {{2, 2}, {2, 2}, {2, 2}, {1, 1}}), large);  // it never shrinks
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
