#pragma once

#include <cmath>

/// On the host, lets the loops of kernels compute exp and tanh of several elements at once. glibc has vector versions
/// of these functions, within 4 units in the last place. g++ uses them only if they are declared. libmvec's own header
/// declares them only under -ffast-math, which would also give up NaN and infinity.
#if !defined(__CUDACC__) && defined(__GLIBC__) && defined(__x86_64__)
extern "C" {
#pragma omp declare simd notinbranch
float expf(float) noexcept;
#pragma omp declare simd notinbranch
double exp(double) noexcept;
#pragma omp declare simd notinbranch
float tanhf(float) noexcept;
#pragma omp declare simd notinbranch
double tanh(double) noexcept;
}
#endif

/// Marks a loop that g++ also compiles for wider vectors than every x86-64 processor has. The program chooses between
/// the versions when it starts.
#if !defined(__CUDACC__) && defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define CURVEGRAPH_VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CURVEGRAPH_VECTOR_CLONES
#endif
