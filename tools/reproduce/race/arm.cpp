#include "tools/reproduce/race/arm.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "framework/index.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kVelocity = 4;       // rad/s
constexpr double kAcceleration = 10;  // rad/s²
constexpr double kNoise = 0.05;
constexpr double kLeastError = 5;
constexpr double kLargestError = 15;

struct Samples {
  std::vector<double> inputs = {};
  std::vector<double> targets = {};
};

Samples draw(const Arm& arm, int count, Random& random) {
  Samples samples;
  for (int i = 0; i < count; ++i) {
    ArmState state;
    for (double& angle : state.q) angle = random.uniform(-std::numbers::pi, std::numbers::pi);
    for (double& velocity : state.dq) velocity = random.uniform(-kVelocity, kVelocity);
    for (double& acceleration : state.ddq) acceleration = random.uniform(-kAcceleration, kAcceleration);
    for (const double angle : state.q) {
      samples.inputs.push_back(std::sin(angle));
      samples.inputs.push_back(std::cos(angle));
    }
    samples.inputs.insert(samples.inputs.end(), state.dq.begin(), state.dq.end());
    samples.inputs.insert(samples.inputs.end(), state.ddq.begin(), state.ddq.end());
    const Joints torques = joint_torques(arm, state);
    samples.targets.insert(samples.targets.end(), torques.begin(), torques.end());
  }
  return samples;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

/// By column of row-major numbers.
std::vector<Moments> moments(const std::vector<double>& numbers, std::size_t columns) {
  std::vector<Moments> all(columns);
  const double rows = static_cast<double>(numbers.size()) / static_cast<double>(columns);
  for (std::size_t i = 0; i < numbers.size(); ++i) all[i % columns].mean += numbers[i] / rows;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Moments& column = all[i % columns];
    column.deviation += (numbers[i] - column.mean) * (numbers[i] - column.mean) / rows;
  }
  for (Moments& column : all) column.deviation = std::sqrt(column.deviation);
  return all;
}

std::vector<float> standardised(const std::vector<double>& numbers, const std::vector<Moments>& by) {
  std::vector<float> result;
  result.reserve(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto& [mean, deviation] = by[i % by.size()];
    result.push_back(static_cast<float>((numbers[i] - mean) / deviation));
  }
  return result;
}

/// Noise, and gross errors of so many samples, all of them in random order.
void disturb(ArmSamples& samples, double share, Random& random) {
  for (float& target : samples.targets) target += static_cast<float>(kNoise * random.normal());
  std::vector<int> order(samples.outlier.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  random.shuffle(order);
  order.resize(static_cast<std::size_t>(std::lround(share * static_cast<double>(order.size()))));
  for (const int sample : order) {
    const auto row = to_index(sample);
    samples.outlier[row] = true;
    for (std::size_t output = 0; output < ArmSamples::outputs; ++output) {
      const double size = random.uniform(kLeastError, kLargestError);
      samples.targets[row * ArmSamples::outputs + output] += static_cast<float>(random.below(2) == 0 ? size : -size);
    }
  }
}

}  // namespace

std::array<Joints, 2> mass_matrix(const Arm& arm, const Joints& q) {
  const auto& [m1, m2] = arm.mass;
  const auto& [r1, r2] = arm.center;
  const double l1 = arm.first_length;
  const double c2 = std::cos(q[1]);
  const double second = arm.inertia[1] + m2 * r2 * r2;
  const double shared = second + m2 * l1 * r2 * c2;
  const double first = arm.inertia[0] + m1 * r1 * r1 + m2 * l1 * l1 + m2 * l1 * r2 * c2 + shared;
  return {Joints{first, shared}, Joints{shared, second}};
}

Joints joint_torques(const Arm& arm, const ArmState& state) {
  const auto& [q, dq, ddq] = state;
  const std::array<Joints, 2> M = mass_matrix(arm, q);
  const double h = -arm.mass[1] * arm.first_length * arm.center[1] * std::sin(q[1]);
  const Joints coriolis{h * dq[1] * dq[0] + h * (dq[0] + dq[1]) * dq[1], -h * dq[0] * dq[0]};
  const double g2 = arm.mass[1] * arm.center[1] * arm.gravity * std::cos(q[0] + q[1]);
  const double g1 = (arm.mass[0] * arm.center[0] + arm.mass[1] * arm.first_length) * arm.gravity * std::cos(q[0]) + g2;
  Joints torques{coriolis[0] + g1, coriolis[1] + g2};
  for (std::size_t i = 0; i < torques.size(); ++i) {
    const double sign = dq[i] > 0 ? 1 : (dq[i] < 0 ? -1 : 0);
    torques[i] += M[i][0] * ddq[0] + M[i][1] * ddq[1] + arm.viscous[i] * dq[i] + arm.coulomb[i] * sign;
  }
  return torques;
}

ArmData generate_arm_data(const ArmDataOptions& options) {
  const Arm arm;
  // Streams of their own: another number of test samples leaves the training set as it is.
  Random train_random(options.seed, Random::Stream::Batch, 0);
  Random test_random(options.seed, Random::Stream::Batch, 1);
  Random errors(options.seed, Random::Stream::Batch, 2);
  const Samples train = draw(arm, options.train, train_random);
  const Samples test = draw(arm, options.test, test_random);
  const std::vector<Moments> inputs = moments(train.inputs, ArmSamples::features);
  const std::vector<Moments> targets = moments(train.targets, ArmSamples::outputs);
  const auto samples = [&](const Samples& raw, int count) {
    return ArmSamples{.inputs = standardised(raw.inputs, inputs),
                      .targets = standardised(raw.targets, targets),
                      .outlier = std::vector<bool>(to_index(count))};
  };
  ArmData data{.train = samples(train, options.train), .test = samples(test, options.test)};
  disturb(data.train, options.outliers, errors);
  return data;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
