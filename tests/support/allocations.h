#pragma once

#include <cstdint>

/// Counts the calls for memory of a test program, whoever makes them, but for OpenBLAS and OpenMP, which keep lists of
/// their threads' work there: the program brings malloc and its kin.

namespace curvegraph {

/// False where a sanitizer has its own malloc: nothing is counted then.
bool counts_allocations();

/// Calls since the first of this function, of all threads.
std::int64_t allocations();

}  // namespace curvegraph
