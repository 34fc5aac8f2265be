#include "framework/kernel.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/tensor.h"
#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;

// Nothing, fewer than there are threads, and more than divide evenly.
constexpr std::size_t counts[] = {0, 1, 2, 3, 17, 1000, 1'000'003};

// Kernels are in functions: nvcc has none in a test's body.

/// How often each index was visited, and the one behind the last.
std::vector<real> visit_indices(std::size_t count) {
  Tensor visits(static_cast<int>(count) + 1, 1);
  real* data = visits.view().data;
  for_each_index(count, [=] CURVEGRAPH_DEVICE(std::size_t i) { data[i] += 1; });
  return visits.to_host();
}

std::vector<real> visit_columns(Shape shape) {
  Tensor visits(shape.cols + 1, 1);
  real* data = visits.view().data;
  for_each_column(shape, [=] CURVEGRAPH_DEVICE(std::size_t col) { data[col] += 1; });
  return visits.to_host();
}

std::vector<real> visit_elements(Shape shape) {
  Tensor visits(shape);
  const std::size_t rows = static_cast<std::size_t>(shape.rows);
  real* data = visits.view().data;
  for_each_element(shape, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) { data[row + col * rows] += 1; });
  return visits.to_host();
}

std::vector<real> visit_lower(int n) {
  Tensor visits(n, n);
  const std::size_t rows = static_cast<std::size_t>(n);
  real* data = visits.view().data;
  for_each_lower(n, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) { data[row + col * rows] += 1; });
  return visits.to_host();
}

std::vector<real> squares(std::size_t count) {
  Tensor squares(static_cast<int>(count), 1);
  real* data = squares.view().data;
  for_each_index(count, [=] CURVEGRAPH_DEVICE(std::size_t i) { data[i] = static_cast<real>(i * i); });
  return squares.to_host();
}

std::uint64_t sum_of_indices(std::size_t count) {
  return sum_over_index<std::uint64_t>(count,
                                       [] CURVEGRAPH_DEVICE(std::size_t i) { return static_cast<std::uint64_t>(i); });
}

template <class T>
T sum_of_ones(std::size_t count) {
  return sum_over_index<T>(count, [] CURVEGRAPH_DEVICE(std::size_t) { return T{1}; });
}

/// Σᵢ 1 / (i + 1), whose rounding depends on the order of summation.
real harmonic(std::size_t count) {
  return sum_over_index<real>(
      count, [] CURVEGRAPH_DEVICE(std::size_t i) { return real{1} / (static_cast<real>(i) + real{1}); });
}

TEST(ForEachIndex, RunsEveryIndexOnce) {
  for (const std::size_t count : counts) {
    std::vector<real> found = visit_indices(count);
    EXPECT_EQ(found.back(), 0) << count << ": one too many";
    found.pop_back();
    EXPECT_THAT(found, Each(1)) << count;
  }
}

TEST(ForEachIndex, PassesTheIndex) {
  const std::vector<real> found = squares(1000);  // below 2²⁴: exact
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], static_cast<real>(i * i));
}

// Nothing, vectors, ranges of one column and of many, more columns than divide evenly.
const Shape shapes[] = {{0, 0}, {1, 1}, {1, 10'000}, {10'000, 1}, {3, 7}, {10, 5'000}, {5'000, 3}, {321, 123}};

TEST(ForEachColumn, RunsEveryColumnOnce) {
  for (const Shape shape : shapes) {
    std::vector<real> found = visit_columns(shape);
    EXPECT_EQ(found.back(), 0) << to_string(shape) << ": one too many";
    found.pop_back();
    EXPECT_THAT(found, Each(1)) << to_string(shape);
  }
}

TEST(ForEachElement, RunsEveryElementOnce) {
  for (const Shape shape : shapes) EXPECT_THAT(visit_elements(shape), Each(1)) << to_string(shape);
}

TEST(ForEachLower, RunsEveryElementOnAndBelowTheDiagonalOnce) {
  for (const int n : {0, 1, 2, 3, 64, 501}) {
    const std::size_t rows = static_cast<std::size_t>(n);
    const std::vector<real> found = visit_lower(n);
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], i % rows >= i / rows ? 1 : 0) << n << ", " << i;
  }
}

TEST(SumOverIndex, DoesNotDependOnTheThreads) {
  const int before = threads();
  set_threads(1);
  const real one = harmonic(1'000'003);
  set_threads(3);
  const real three = harmonic(1'000'003);
  set_threads(before);
  EXPECT_EQ(one, three);
}

TEST(SumOverIndex, AddsEveryIndexOnce) {
  for (const std::uint64_t count : counts) {
    EXPECT_EQ(sum_of_indices(count), count == 0 ? 0 : count * (count - 1) / 2) << count;
  }
}

TEST(SumOverIndex, OfNothingIsZero) {
  EXPECT_EQ(sum_of_ones<int>(0), 0);
  EXPECT_EQ(harmonic(0), 0);
}

TEST(SumOverIndex, AddsInTheTypeAskedFor) {
  // 2²⁴ + 3 ones: a float sum would stall at 2²⁴.
  constexpr std::size_t count = (1U << 24U) + 3;
  EXPECT_EQ(sum_of_ones<double>(count), double{count});
  EXPECT_EQ(sum_of_ones<int>(count), int{count});
}

TEST(SumOverIndex, GivesTheSameBitsEveryTime) {
  constexpr std::size_t count = 1'000'003;
  const real first = harmonic(count);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(harmonic(count), first);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
