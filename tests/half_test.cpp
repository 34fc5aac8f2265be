#include "framework/io/half.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// The value of bits by the definition of the formats, where `exponents` and `fractions` are the bits of each part.
double value_by_definition(unsigned bits, int exponents, int fractions) {
  const int bias = (1 << (exponents - 1)) - 1;
  const double sign = bits >> (exponents + fractions) == 0 ? 1 : -1;
  const int exponent = static_cast<int>(bits >> fractions) & ((1 << exponents) - 1);
  const double fraction = std::ldexp(static_cast<double>(bits & ((1U << fractions) - 1)), -fractions);
  if (exponent == 0) return sign * std::ldexp(fraction, 1 - bias);
  if (exponent < (1 << exponents) - 1) return sign * std::ldexp(1 + fraction, exponent - bias);
  if (fraction == 0) return sign * std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

/// Equal, with the same sign of zero, or both NaN.
void expect_value(float found, double expected, unsigned bits) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(found)) << std::hex << bits;
    EXPECT_EQ(std::signbit(found), bits >> 15 == 1) << std::hex << bits;
    return;
  }
  EXPECT_EQ(static_cast<double>(found), expected) << std::hex << bits;
  EXPECT_EQ(std::signbit(found), std::signbit(expected)) << std::hex << bits;
}

TEST(Half, IsAFloatExactlyForAllBits) {
  for (unsigned bits = 0; bits < 1U << 16; ++bits) {
    expect_value(float_from_half(static_cast<std::uint16_t>(bits)), value_by_definition(bits, 5, 10), bits);
  }
}

TEST(Bfloat16, IsAFloatExactlyForAllBits) {
  for (unsigned bits = 0; bits < 1U << 16; ++bits) {
    expect_value(float_from_bfloat16(static_cast<std::uint16_t>(bits)), value_by_definition(bits, 8, 7), bits);
  }
}

TEST(Half, HasTheNumbersOfItsDefinition) {
  static_assert(float_from_half(0x3c00) == 1);
  static_assert(float_from_half(0xc000) == -2);
  EXPECT_EQ(float_from_half(0x7bff), 65504.0F);         // the largest
  EXPECT_EQ(float_from_half(0x0400), 0x1p-14F);         // the smallest normal
  EXPECT_EQ(float_from_half(0x0001), 0x1p-24F);         // the smallest subnormal
  EXPECT_EQ(float_from_half(0x03ff), 1023 * 0x1p-24F);  // the largest subnormal
  EXPECT_EQ(float_from_half(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(std::bit_cast<std::uint32_t>(float_from_half(0xfe01)), 0xffc02000U);  // a NaN with its payload
  EXPECT_EQ(float_from_bfloat16(0x3f80), 1.0F);
  EXPECT_EQ(float_from_bfloat16(0x0001), 0x1p-133F);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(float_from_bfloat16(0x7fc1)), 0x7fc10000U);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
