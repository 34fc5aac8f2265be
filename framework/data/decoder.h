#pragma once

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <fmt/core.h>

#include "framework/data/image.h"
#include "framework/error.h"

/// Shared by the decoders. libjpeg and libpng leave a failed call by longjmp, which runs no destructors.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Where a decoder jumps to when it fails, and the reason why it failed.
struct Escape {
  std::jmp_buf jump = {};
  std::array<char, 256> reason = {};

  [[noreturn]] void leave() { std::longjmp(jump, 1); }
};

/// Runs calls of a decoder whose error handler ends in escape.leave(); turns this into an Error with the reason.
/// `calls` must not make objects that need a destructor. It refers to objects that live outside.
template <class Calls>
void run_guarded(Escape& escape, const Calls& calls) {
  static_assert(std::is_trivially_destructible_v<Calls>);
  if (setjmp(escape.jump) != 0) throw Error(escape.reason.data());
  calls();
}

/// An image of that size with room for its pixels.
inline Image make_image(std::uint64_t width, std::uint64_t height) {
  if (width < 1 || height < 1 || width > max_image_pixels / height) {
    throw Error(fmt::format("is {} x {} pixels, expected 1 to {} of them", width, height, max_image_pixels));
  }
  return {static_cast<int>(width), static_cast<int>(height), std::vector<std::uint8_t>(3 * width * height)};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
