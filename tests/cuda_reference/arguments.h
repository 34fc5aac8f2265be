#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "tests/cuda_reference/reference.h"

/// What is wrong with one argument of a call, in words; nothing where it is right.

namespace cuda_reference {

using Refusal = std::optional<std::string>;

/// The first thing that is wrong.
template <class... Rest>
Refusal first_of(const Refusal& refusal, const Rest&... rest) {
  if constexpr (sizeof...(rest) == 0) {
    return refusal;
  } else {
    return refusal ? refusal : first_of(rest...);
  }
}

inline Refusal size(const char* name, int found) {
  if (found >= 0) return {};
  return fmt::format("{} is {}, expected none below 0", name, found);
}

/// A leading dimension of a matrix with so many rows.
inline Refusal leading(const char* name, int found, int rows) {
  if (found >= std::max(1, rows)) return {};
  return fmt::format("{} is {}, expected at least {}", name, found, std::max(1, rows));
}

inline Refusal increment(const char* name, int found) {
  if (found != 0) return {};
  return fmt::format("{} is 0, expected another number", name);
}

/// A vector or matrix: all of it in one piece of device memory.
template <class T>
Refusal on_device(const char* name, const T* data, int rows, int cols, int leading) {
  if (rows <= 0 || cols <= 0) return {};
  const std::size_t count =
      static_cast<std::size_t>(cols - 1) * static_cast<std::size_t>(leading) + static_cast<std::size_t>(rows);
  if (is_device_memory(data, count * sizeof(T))) return {};
  return fmt::format("{} is not {} elements of device memory", name, count);
}

template <class T>
Refusal vector_on_device(const char* name, const T* data, int count, int increment) {
  return on_device(name, data, 1, count, std::abs(increment));
}

}  // namespace cuda_reference
