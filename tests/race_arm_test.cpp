#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/reproduce/race/arm.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using std::numbers::pi;

const std::vector<ArmState> kStates{
    {.q = {0.3, -1.1}, .dq = {1.5, -0.7}, .ddq = {2.0, 3.0}},
    {.q = {-2.4, 2.9}, .dq = {-3.1, 2.2}, .ddq = {-5.0, 0.4}},
    {.q = {1.0, 0.2}, .dq = {0.6, 3.9}, .ddq = {0.0, -9.0}},
};

/// By the velocities of the links' centers in the plane.
double kinetic_energy(const Arm& arm, const Joints& q, const Joints& dq) {
  const double both = q[0] + q[1];
  const double w = dq[0] + dq[1];
  const double vx = -arm.first_length * std::sin(q[0]) * dq[0] - arm.center[1] * std::sin(both) * w;
  const double vy = arm.first_length * std::cos(q[0]) * dq[0] + arm.center[1] * std::cos(both) * w;
  const double first = arm.mass[0] * std::pow(arm.center[0] * dq[0], 2) + arm.inertia[0] * dq[0] * dq[0];
  return (first + arm.mass[1] * (vx * vx + vy * vy) + arm.inertia[1] * w * w) / 2;
}

double potential_energy(const Arm& arm, const Joints& q) {
  const double first = arm.center[0] * std::sin(q[0]);
  const double second = arm.first_length * std::sin(q[0]) + arm.center[1] * std::sin(q[0] + q[1]);
  return arm.gravity * (arm.mass[0] * first + arm.mass[1] * second);
}

Joints moved(const Joints& from, const Joints& direction, double distance) {
  return {from[0] + distance * direction[0], from[1] + distance * direction[1]};
}

/// d/dt ∂L/∂q̇ - ∂L/∂q by central differences.
Joints lagrangian_torques(const Arm& arm, const ArmState& s) {
  constexpr double h = 1e-4;
  Joints torques{};
  for (std::size_t i = 0; i < 2; ++i) {
    Joints unit{};
    unit[i] = 1;
    const auto momentum = [&](const Joints& q, const Joints& dq) {
      return (kinetic_energy(arm, q, moved(dq, unit, 1)) - kinetic_energy(arm, q, moved(dq, unit, -1))) / 2;
    };
    const auto lagrangian = [&](const Joints& q) { return kinetic_energy(arm, q, s.dq) - potential_energy(arm, q); };
    const double later = momentum(moved(s.q, s.dq, h), moved(s.dq, s.ddq, h));
    const double before = momentum(moved(s.q, s.dq, -h), moved(s.dq, s.ddq, -h));
    torques[i] =
        (later - before) / (2 * h) - (lagrangian(moved(s.q, unit, h)) - lagrangian(moved(s.q, unit, -h))) / (2 * h);
  }
  return torques;
}

double sign(double x) { return std::copysign(1.0, x); }

TEST(RaceArm, TorquesAreThoseOfTheLagrangianAndFriction) {
  const Arm arm;
  for (const ArmState& state : kStates) {
    const Joints found = joint_torques(arm, state);
    const Joints expected = lagrangian_torques(arm, state);
    for (std::size_t i = 0; i < 2; ++i) {
      const double friction = arm.viscous[i] * state.dq[i] + arm.coulomb[i] * sign(state.dq[i]);
      EXPECT_NEAR(found[i], expected[i] + friction, 1e-5) << i;
    }
  }
}

TEST(RaceArm, PowerGoesIntoEnergyAndFriction) {
  const Arm arm;
  constexpr double h = 1e-4;
  for (const ArmState& s : kStates) {
    const auto energy = [&](double t) {
      const Joints q = moved(s.q, s.dq, t);
      return kinetic_energy(arm, q, moved(s.dq, s.ddq, t)) + potential_energy(arm, q);
    };
    const Joints torques = joint_torques(arm, s);
    double power = 0;
    double lost = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      power += torques[i] * s.dq[i];
      lost += arm.viscous[i] * s.dq[i] * s.dq[i] + arm.coulomb[i] * std::abs(s.dq[i]);
    }
    EXPECT_NEAR(power, (energy(h) - energy(-h)) / (2 * h) + lost, 1e-4);
  }
}

TEST(RaceArm, MassMatrixIsThatOfTheKineticEnergyAndPositiveDefinite) {
  const Arm arm;
  for (const ArmState& s : kStates) {
    const auto M = mass_matrix(arm, s.q);
    EXPECT_EQ(M[0][1], M[1][0]);
    EXPECT_GT(M[0][0], 0);
    EXPECT_GT(M[0][0] * M[1][1] - M[0][1] * M[1][0], 0);
    const double energy =
        (M[0][0] * s.dq[0] * s.dq[0] + 2 * M[0][1] * s.dq[0] * s.dq[1] + M[1][1] * s.dq[1] * s.dq[1]) / 2;
    EXPECT_NEAR(energy, kinetic_energy(arm, s.q, s.dq), 1e-12);
  }
}

TEST(RaceArm, AtRestOnlyGravityPulls) {
  const Arm arm;
  const Joints hanging = joint_torques(arm, {.q = {-pi / 2, 0}});
  EXPECT_NEAR(hanging[0], 0, 1e-12);
  EXPECT_NEAR(hanging[1], 0, 1e-12);
  const Joints stretched = joint_torques(arm, {.q = {0, 0}});
  EXPECT_NEAR(stretched[0], 9.81 * (2.0 * 0.25 + 1.2 * 0.7), 1e-12);
  EXPECT_NEAR(stretched[1], 9.81 * 1.2 * 0.2, 1e-12);
}

TEST(RaceArmData, IsAFunctionOfTheSeed) {
  const ArmDataOptions options{.train = 300, .test = 50};
  const ArmData data = generate_arm_data(options);
  const ArmData again = generate_arm_data(options);
  EXPECT_EQ(data.train.inputs, again.train.inputs);
  EXPECT_EQ(data.train.targets, again.train.targets);
  EXPECT_EQ(data.test.targets, again.test.targets);
  EXPECT_EQ(data.train.inputs.size(), 300U * ArmSamples::features);
  EXPECT_EQ(data.test.targets.size(), 50U * ArmSamples::outputs);
  EXPECT_NE(data.train.inputs, generate_arm_data({.train = 300, .test = 50, .seed = 2}).train.inputs);
}

TEST(RaceArmData, InputsAreStandardised) {
  const ArmData data = generate_arm_data({.train = 2000, .test = 10});
  for (std::size_t feature = 0; feature < ArmSamples::features; ++feature) {
    double mean = 0;
    double square = 0;
    for (std::size_t i = feature; i < data.train.inputs.size(); i += ArmSamples::features) {
      mean += data.train.inputs[i] / 2000.0;
      square += data.train.inputs[i] * data.train.inputs[i] / 2000.0;
    }
    EXPECT_NEAR(mean, 0, 1e-5);
    EXPECT_NEAR(square, 1, 1e-4);
  }
}

TEST(RaceArmData, OutliersAreGrossAndOnlyInTheTrainingTargets) {
  const ArmData with = generate_arm_data({.train = 2000, .test = 500});
  const ArmData without = generate_arm_data({.train = 2000, .test = 500, .outliers = 0});
  EXPECT_EQ(with.train.inputs, without.train.inputs);
  EXPECT_EQ(with.test.targets, without.test.targets);
  EXPECT_THAT(with.test.outlier, testing::Each(false));
  int outliers = 0;
  int above = 0;
  for (std::size_t i = 0; i < with.train.targets.size(); ++i) {
    const double off = with.train.targets[i] - without.train.targets[i];
    if (with.train.outlier[i / ArmSamples::outputs]) {
      ++outliers;
      if (off > 0) ++above;
      EXPECT_GT(std::abs(off), 4.999);
      EXPECT_LT(std::abs(off), 15.001);
    } else {
      EXPECT_EQ(off, 0);
    }
  }
  EXPECT_EQ(outliers, 2 * 400);
  EXPECT_NEAR(above, 400, 80);
}

TEST(RaceArmData, InliersAreOfUnitVariance) {
  const ArmData data = generate_arm_data({.train = 4000, .test = 4000, .outliers = 0});
  const auto variance = [](const std::vector<float>& targets, std::size_t output) {
    double square = 0;
    for (std::size_t i = output; i < targets.size(); i += ArmSamples::outputs) square += targets[i] * targets[i];
    return square * ArmSamples::outputs / static_cast<double>(targets.size());
  };
  for (const std::size_t output : {0U, 1U}) {
    EXPECT_NEAR(variance(data.train.targets, output), 1 + 0.05 * 0.05, 0.003);  // of the training set, and noise
    EXPECT_NEAR(variance(data.test.targets, output), 1, 0.1);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
