#include "framework/tensor.h"

#include <array>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

const std::vector<real> one_to_six = {1, 2, 3, 4, 5, 6};

/// Column `col` of a matrix.
MatrixView column(MatrixView view, int col) { return {view.data + col * view.rows, view.rows, 1}; }

TEST(Shape, CountsElementsAndPrints) {
  EXPECT_EQ((Shape{512, 784}).size(), 401408U);
  EXPECT_EQ((Shape{1 << 20, 1 << 20}).size(), 1ULL << 40U);  // more than an int holds
  EXPECT_EQ(to_string(Shape{512, 784}), "512x784");
  EXPECT_EQ((Shape{2, 3}), (Shape{2, 3}));
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
}

TEST(Tensor, IsZeroWhenNew) {
  for (const Shape shape : {Shape{1, 1}, Shape{3, 2}, Shape{1, 70}, Shape{70, 1}, Shape{100, 300}}) {
    const Tensor tensor(shape);
    EXPECT_EQ(tensor.shape(), shape);
    EXPECT_EQ(tensor.size(), shape.size());
    EXPECT_THAT(tensor.to_host(), AllOf(SizeIs(shape.size()), Each(0))) << to_string(shape);
  }
  EXPECT_EQ(Tensor(3, 2).shape(), (Shape{3, 2}));
}

TEST(Tensor, IsEmptyByDefault) {
  const Tensor tensor;
  EXPECT_EQ(tensor.shape(), (Shape{0, 0}));
  EXPECT_THAT(tensor.to_host(), IsEmpty());
  EXPECT_FALSE(tensor.view());
}

TEST(Tensor, KeepsHostValuesColumnAfterColumn) {
  Tensor tensor(Shape{2, 3}, one_to_six);
  EXPECT_EQ(tensor.to_host(), one_to_six);
  EXPECT_THAT(to_host(column(tensor, 1)), ElementsAre(3, 4));
  tensor.assign(std::array<real, 6>{6, 5, 4, 3, 2, 1});
  EXPECT_THAT(tensor.to_host(), ElementsAre(6, 5, 4, 3, 2, 1));
}

TEST(Tensor, CopiesOwnTheirMemory) {
  const Tensor original(Shape{2, 3}, one_to_six);
  Tensor duplicate = original;
  EXPECT_EQ(duplicate.shape(), original.shape());
  fill(duplicate, 0);
  EXPECT_EQ(original.to_host(), one_to_six);
  duplicate = original;
  EXPECT_EQ(duplicate.to_host(), one_to_six);
  EXPECT_NE(duplicate.view().data, original.view().data);
}

TEST(Tensor, StaysWhereItIsWhenMoved) {
  // Vectors of tensors grow by moving them: views of their elements, as plans keep them, stay good.
  static_assert(std::is_nothrow_move_constructible_v<Tensor> && std::is_nothrow_move_assignable_v<Tensor>);
  Tensor original(Shape{2, 3}, one_to_six);
  const MatrixView view = original;
  Tensor moved = std::move(original);
  EXPECT_EQ(moved.view().data, view.data);
  Tensor assigned(1, 1);
  assigned = std::move(moved);
  EXPECT_EQ(assigned.view().data, view.data);
  EXPECT_EQ(assigned.to_host(), one_to_six);
}

TEST(MatrixView, RefersToTheTensor) {
  Tensor tensor(2, 3);
  const MatrixView view = tensor;
  EXPECT_EQ(view.shape(), (Shape{2, 3}));
  EXPECT_EQ(view.size(), 6U);
  EXPECT_TRUE(view);
  EXPECT_EQ(view.data, std::as_const(tensor).view().data);
  const ConstMatrixView read_only = view;
  EXPECT_EQ(read_only.data, view.data);
  EXPECT_EQ(read_only.shape(), view.shape());
  tensor.assign(one_to_six);
  EXPECT_EQ(to_host(read_only), one_to_six);
  EXPECT_FALSE(MatrixView());
}

TEST(Copy, MovesValuesBetweenHostAndDevice) {
  Tensor tensor(2, 3);
  copy_to_device(one_to_six, tensor);
  std::vector<real> host(6);
  copy_to_host(tensor, host);
  EXPECT_EQ(host, one_to_six);
}

TEST(Copy, StaysInsideTheView) {
  Tensor tensor(Shape{2, 3}, one_to_six);
  copy_to_device(std::array<real, 2>{-1, -2}, column(tensor, 1));
  EXPECT_THAT(tensor.to_host(), ElementsAre(1, 2, -1, -2, 5, 6));
  copy(column(tensor, 2), column(tensor, 0));
  EXPECT_THAT(tensor.to_host(), ElementsAre(5, 6, -1, -2, 5, 6));
  fill(column(tensor, 1), 9);
  EXPECT_THAT(tensor.to_host(), ElementsAre(5, 6, 9, 9, 5, 6));
  std::array<real, 4> host = {7, 7, 7, 7};
  copy_to_host(column(tensor, 0), std::span(host).subspan(1, 2));
  EXPECT_THAT(host, ElementsAre(7, 5, 6, 7));
}

TEST(Copy, TakesWhatIsLargerThanAThreadsShare) {
  std::vector<real> values(100'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<real>(i);
  const Tensor from(Shape{100, 1000}, values);
  Tensor to(100, 1000);
  copy(from, to);
  EXPECT_EQ(to.to_host(), values);
  fill(to, 2.5);
  EXPECT_THAT(to.to_host(), Each(2.5));
}

TEST(Copy, NamesSizesThatDiffer) {
  Tensor square(2, 2);
  Tensor wide(2, 3);
  Tensor tall(3, 2);
  std::vector<real> three(3);
  struct Case {
    std::function<void()> call;
    const char* message;
  };
  const std::vector<Case> cases = {
      {[&] {
         Tensor(Shape{2, 2}, three);
       },
       "copy between host and device: 3 host values for a 2x2 matrix, expected 4"},
      {[&] { wide.assign(three); }, "copy between host and device: 3 host values for a 2x3 matrix, expected 6"},
      {[&] { copy_to_device({}, square); }, "copy between host and device: 0 host values for a 2x2 matrix, expected 4"},
      {[&] { copy_to_host(tall, three); }, "copy between host and device: 3 host values for a 3x2 matrix, expected 6"},
      {[&] { copy(wide, tall); }, "copy: a 2x3 matrix into a 3x2 one"},
  };
  for (const Case& one : cases) EXPECT_THAT(one.call, ThrowsMessage<UsageError>(one.message));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
