#include <cmath>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include <curvegraph/curvegraph.h>

namespace cg = curvegraph;

// y = 20000 + 3000 sin(2 x₀) x₁, in arrays as a program has them: sample after sample.
cg::Dataset samples(int count, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> inputs;
  std::vector<float> targets;
  for (int i = 0; i < count; ++i) {
    const float x0 = uniform(engine);
    const float x1 = uniform(engine);
    inputs.insert(inputs.end(), {x0, x1});
    targets.push_back(20000 + 3000 * std::sin(2 * x0) * x1);
  }
  return cg::regression_data(std::move(inputs), /*features=*/2, std::move(targets));
}

int main() {
  cg::Network network({.layers = {2, 32, 32, 1}, .activation = &cg::softplus, .task = cg::Task::Regression});
  const cg::FitResult result =
      cg::fit(network, samples(5000, 1),
              {.epochs = 60, .hold_out = 0.1, .patience = 10, .on_epoch = [](const cg::EpochReport& report) {
                 std::printf("%3d  loss %.5f%s\n", report.epoch, report.train.loss, report.best ? "  best so far" : "");
                 return true;
               }});
  if (result.end == cg::FitEnd::Failure) return std::puts(result.message.c_str());
  network.save("regression.safetensors");

  cg::Network loaded = cg::Network::load("regression.safetensors");
  std::printf("rmse %.1f of a deviation of about 1340\n", std::sqrt(loaded.score(samples(1000, 2)).squared_error));
  const std::vector<float> prediction = loaded.predict(std::vector<float>{0.5F, 0.5F});
  std::printf("%.0f, expected %.0f\n", prediction[0], 20000 + 3000 * std::sin(1.0) / 2);
}
