#pragma once

/// The one build parameter of the library: CURVEGRAPH_PRECISION is f32 (training, the default) or f64 (checks).
/// Everything lives in an inline namespace of that name, so a program can link both variants side by side.

#ifndef CURVEGRAPH_PRECISION
#define CURVEGRAPH_PRECISION f32
#endif

/// Marks a function or lambda that runs inside a kernel, on whichever device system the build has chosen.
#ifdef __CUDACC__
#define CURVEGRAPH_DEVICE __host__ __device__
#else
#define CURVEGRAPH_DEVICE
#endif

namespace curvegraph::precision {
using f32 = float;
using f64 = double;
}  // namespace curvegraph::precision

namespace curvegraph::inline CURVEGRAPH_PRECISION {
using real = precision::CURVEGRAPH_PRECISION;
/// Its name in messages.
inline constexpr const char* real_name = sizeof(real) == sizeof(float) ? "float" : "double";
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
