#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "framework/real.h"

/// A two-link arm in a vertical plane and its inverse dynamics, the function that the race's regression learns.
///
/// With joint angles q (from the horizontal, the second from the first link), c₂ = cos q₂, h = -m₂ l₁ r₂ sin q₂:
///
///   τ = M(q) q̈ + C(q, q̇) q̇ + g(q) + B q̇ + F sign(q̇)
///
///   M₁₁ = I₁ + I₂ + m₁ r₁² + m₂ (l₁² + r₂² + 2 l₁ r₂ c₂)     C₁₁ = h q̇₂   C₁₂ = h (q̇₁ + q̇₂)
///   M₁₂ = M₂₁ = I₂ + m₂ (r₂² + l₁ r₂ c₂)                     C₂₁ = -h q̇₁  C₂₂ = 0
///   M₂₂ = I₂ + m₂ r₂²
///   g₁ = (m₁ r₁ + m₂ l₁) G cos q₁ + g₂                       g₂ = m₂ r₂ G cos(q₁ + q₂)
///
/// (Spong, Hutchinson and Vidyasagar, Robot Modeling and Control), friction viscous and Coulomb's. SI units.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

using Joints = std::array<double, 2>;

struct Arm {
  Joints mass{2.0, 1.2};       ///< m
  Joints center{0.25, 0.2};    ///< r, of mass along the link
  Joints inertia{0.05, 0.02};  ///< I, about the center
  double first_length = 0.5;   ///< l₁
  Joints viscous{0.4, 0.25};   ///< B, N m s
  Joints coulomb{0.8, 0.4};    ///< F, N m
  double gravity = 9.81;       ///< G
};

struct ArmState {
  Joints q{};    ///< rad
  Joints dq{};   ///< rad/s
  Joints ddq{};  ///< rad/s²
};

/// M(q), symmetric.
std::array<Joints, 2> mass_matrix(const Arm& arm, const Joints& q);
/// τ, N m.
Joints joint_torques(const Arm& arm, const ArmState& state);

/// Rows are samples.
struct ArmSamples {
  static constexpr int features = 8;  ///< sin q₁, cos q₁, sin q₂, cos q₂, q̇₁, q̇₂, q̈₁, q̈₂
  static constexpr int outputs = 2;   ///< τ₁, τ₂

  std::vector<float> inputs = {};
  std::vector<float> targets = {};
  std::vector<bool> outlier = {};  ///< by sample

  [[nodiscard]] int size() const { return static_cast<int>(outlier.size()); }
};

struct ArmData {
  ArmSamples train;
  ArmSamples test;
};

struct ArmDataOptions {
  int train = 40000;
  int test = 10000;
  double outliers = 0.2;  ///< share of the training samples
  std::uint64_t seed = 1;
};

/// Angles uniform over the circle, velocities in ±4 rad/s, accelerations in ±10 rad/s². Features have mean 0 and
/// deviation 1 over the training set; each torque is scaled so too, before what follows. Training targets have normal
/// noise of deviation 0.05, and both of an outlier are off by 5 to 15 either way. Programs that standardise targets
/// robustly find deviations of 1.45 and 1.43 in 40,000 samples: Tukey's biweight is constant from 6.8 and 6.7 on, and
/// four of five outliers are beyond that. Test targets are the arm's own. The same seed gives the same numbers.
ArmData generate_arm_data(const ArmDataOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
