#pragma once

#include <bit>
#include <cstdint>

#include "framework/real.h"

/// Numbers of 16 bits, given by their bits. A float holds each of them exactly. Infinities and signed zeros stay what
/// they are, and a NaN keeps its sign and its payload.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
constexpr float float_from_half(std::uint16_t bits) {
  constexpr std::uint32_t kExponentShift = 127 - 15;  // between the biases of float and half
  constexpr std::uint32_t kExponentOfFloat = 0xff;
  const std::uint32_t sign = static_cast<std::uint32_t>(bits >> 15) << 31;
  const std::uint32_t exponent = bits >> 10 & 0x1fU;
  const std::uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0) {  // zero or subnormal: fraction / 2^24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  const bool finite = exponent != 0x1f;
  return std::bit_cast<float>(sign | (finite ? exponent + kExponentShift : kExponentOfFloat) << 23 | fraction << 13);
}

/// The upper half of a float: 1 bit of sign, 8 of exponent, 7 of fraction.
constexpr float float_from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
