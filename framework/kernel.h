#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/functional.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/reduce.h>

#include "framework/index.h"
#include "framework/real.h"
#include "framework/shape.h"
#include "framework/vector_math.h"
#ifdef __CUDACC__
#include "framework/cuda/context.h"
#include "framework/cuda/status.h"
#endif

/// Kernels: f runs in parallel, in no order, and captures raw device pointers by value. A GPU runs one thread for every
/// index. On the host, each thread runs a plain loop over a range of indices; short work stays on one thread.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

#ifdef __CUDACC__

template <class F>
__global__ void run_for_index(std::size_t count, F f) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(blockDim.x) + threadIdx.x;
  if (i < count) f(i);
}

/// f(i) for i = 0..count-1. Returns without waiting: the results are read later on the same stream. Does not use
/// Thrust's kernel, which takes two indices per thread and makes ptxas spill registers.
template <class F>
void for_each_index(std::size_t count, F f) {
  if (count == 0) return;
  constexpr unsigned kThreads = 256;
  const unsigned blocks = static_cast<unsigned>((count + kThreads - 1) / kThreads);
  run_for_index<<<blocks, kThreads, 0, cuda_main_stream()>>>(count, f);
  check_cuda(cudaGetLastError(), "kernel");
}

/// f(col) for each column of a matrix of that shape; f loops over the rows itself.
template <class F>
void for_each_column(Shape shape, F f) {
  for_each_index(to_index(shape.cols), f);
}

/// f(row, col) for each element of a matrix of that shape.
template <class F>
void for_each_element(Shape shape, F f) {
  const std::size_t rows = to_index(shape.rows);
  for_each_index(shape.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { f(i % rows, i / rows); });
}

/// f(row, col) for each element of the lower triangle of an n × n matrix, row ≥ col.
template <class F>
void for_each_lower(int n, F f) {
  for_each_element({n, n}, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    if (row >= col) f(row, col);
  });
}

/// Σᵢ f(i) for i = 0..count-1, in an order that is always the same.
template <class T, class F>
T sum_over_index(std::size_t count, F f) {
  T* terms = static_cast<T*>(CudaContext::current().workspace(count * sizeof(T)));
  for_each_index(count, [=] CURVEGRAPH_DEVICE(std::size_t i) { terms[i] = f(i); });
  return thrust::reduce(thrust::device, terms, terms + count, T{0});
}

#else

namespace host {

/// The number of elements that take about as long as handing them to another thread.
inline constexpr std::size_t kGrain = 4096;

constexpr std::size_t columns_in_a_range(std::size_t rows) { return rows < kGrain ? kGrain / (rows + 1) + 1 : 1; }

/// run(first, last) for ranges of about `grain` indices that together cover 0..count-1.
template <class Run>
void for_each_range(std::size_t count, std::size_t grain, Run run) {
  const std::size_t ranges = (count + grain - 1) / grain;
  if (ranges <= 1) return run(0, count);
  const std::size_t length = (count + ranges - 1) / ranges;
  thrust::for_each_n(thrust::device, thrust::counting_iterator<std::size_t>(0), ranges, [=](std::size_t range) {
    const std::size_t first = std::min(count, range * length);
    run(first, std::min(count, first + length));
  });
}

// f is passed by value: the compiler then knows that no store can change what f captures.
template <class F>
CURVEGRAPH_VECTOR_CLONES void loop(std::size_t first, std::size_t last, F f) {
  for (std::size_t i = first; i < last; ++i) f(i);
}

template <class F>
CURVEGRAPH_VECTOR_CLONES void loop_over_rows(std::size_t rows, std::size_t first, std::size_t last, F f) {
  for (std::size_t col = first; col < last; ++col) {
    for (std::size_t row = 0; row < rows; ++row) f(row, col);
  }
}

// Pairs the i-th column with the i-th last: all pairs have the same number of elements.
template <class F>
CURVEGRAPH_VECTOR_CLONES void loop_over_lower(std::size_t n, std::size_t first, std::size_t last, F f) {
  for (std::size_t pair = first; pair < last; ++pair) {
    for (std::size_t row = pair; row < n; ++row) f(row, pair);
    const std::size_t other = n - 1 - pair;
    if (other == pair) continue;
    for (std::size_t row = other; row < n; ++row) f(row, other);
  }
}

// One sum for each float in the widest vector.
template <class T, class F>
CURVEGRAPH_VECTOR_CLONES T sum(std::size_t first, std::size_t last, F f) {
  constexpr std::size_t kLanes = 16;
  std::array<T, kLanes> sums{};
  std::size_t i = first;
  for (; i + kLanes <= last; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += f(i + lane);
  }
  T sum{0};
  for (const T& lane : sums) sum += lane;
  for (; i < last; ++i) sum += f(i);
  return sum;
}

}  // namespace host

/// f(i) for i = 0..count-1.
template <class F>
void for_each_index(std::size_t count, F f) {
  host::for_each_range(count, host::kGrain, [=](std::size_t first, std::size_t last) { host::loop(first, last, f); });
}

/// f(col) for each column of a matrix of that shape; f loops over the rows itself.
template <class F>
void for_each_column(Shape shape, F f) {
  host::for_each_range(to_index(shape.cols), host::columns_in_a_range(to_index(shape.rows)),
                       [=](std::size_t first, std::size_t last) { host::loop(first, last, f); });
}

/// f(row, col) for each element of a matrix of that shape.
template <class F>
void for_each_element(Shape shape, F f) {
  const std::size_t rows = to_index(shape.rows);
  host::for_each_range(to_index(shape.cols), host::columns_in_a_range(rows),
                       [=](std::size_t first, std::size_t last) { host::loop_over_rows(rows, first, last, f); });
}

/// f(row, col) for each element of the lower triangle of an n × n matrix, row ≥ col.
template <class F>
void for_each_lower(int n, F f) {
  const std::size_t size = to_index(n);
  host::for_each_range((size + 1) / 2, host::columns_in_a_range(size),
                       [=](std::size_t first, std::size_t last) { host::loop_over_lower(size, first, last, f); });
}

/// Σᵢ f(i) for i = 0..count-1, in an order that depends on the count alone.
template <class T, class F>
T sum_over_index(std::size_t count, F f) {
  constexpr std::size_t kParts = 64;
  const std::size_t length = std::max((count + kParts - 1) / kParts, host::kGrain);
  std::array<T, kParts> parts{};
  T* sums = parts.data();
  host::for_each_range((count + length - 1) / length, 1, [=](std::size_t first, std::size_t last) {
    for (std::size_t part = first; part < last; ++part) {
      sums[part] = host::sum<T>(part * length, std::min(count, (part + 1) * length), f);
    }
  });
  T sum{0};
  for (const T& part : parts) sum += part;
  return sum;
}

#endif

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
