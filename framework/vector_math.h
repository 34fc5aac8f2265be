#pragma once

#include <cmath>

/// On the host, lets loops over kernels' bodies take exp of several elements at once: glibc has vector versions of its
/// functions, within 4 units in the last place, which g++ uses where it has been told of them (libmvec's own header
/// says so only under -ffast-math, which would also give up NaN and infinity).
#if !defined(__CUDACC__) && defined(__GLIBC__) && defined(__x86_64__)
extern "C" {
#pragma omp declare simd notinbranch
float expf(float) noexcept;
#pragma omp declare simd notinbranch
double exp(double) noexcept;
}
#endif
