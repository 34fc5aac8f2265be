#pragma once

#include <cstddef>

#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/functional.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/transform_reduce.h>

#include "framework/real.h"
#include "framework/vector_math.h"

/// Marks a function or lambda that runs inside a kernel, on whichever device system the build has chosen.
#ifdef __CUDACC__
#define CURVEGRAPH_DEVICE __host__ __device__
#else
#define CURVEGRAPH_DEVICE
#endif

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// f(i) for i = 0..count-1, in parallel, in no order: f captures raw device pointers by value.
template <class F>
void for_each_index(std::size_t count, F f) {
  thrust::for_each_n(thrust::device, thrust::counting_iterator<std::size_t>(0), count, f);
}

/// Σᵢ f(i) for i = 0..count-1. The order of summation depends on the number of threads only.
template <class T, class F>
T sum_over_index(std::size_t count, F f) {
  return thrust::transform_reduce(thrust::device, thrust::counting_iterator<std::size_t>(0),
                                  thrust::counting_iterator<std::size_t>(count), f, T{0}, thrust::plus<T>());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
