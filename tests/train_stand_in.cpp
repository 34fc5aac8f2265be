// Stands in for tools/train and for a Python interpreter with tools/peers/train.py in the tests of races and
// comparisons: writes the metrics of losses that fall by a formula, in seconds that it makes up, and takes no time.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace {

double number(const std::map<std::string, std::string>& options, const char* option, double otherwise) {
  const auto found = options.find(option);
  return found == options.end() ? otherwise : std::stod(found->second);
}

/// By which the loss falls an epoch, as a power of e: best at rates of 0.003 for Adam and its like, 0.1 for SGD.
double speed(const std::string& optimizer, double rate) {
  if (optimizer.empty()) return 0.4;
  const double off = std::log10(rate / (optimizer == "sgd" ? 0.1 : 0.003));
  return 0.2 / (1 + off * off);
}

int train(const std::map<std::string, std::string>& options) {
  const auto optimizer = options.find("optimizer");
  const std::string name = optimizer == options.end() ? "" : optimizer->second;
  const double rate = number(options, "learning-rate", 0.1);
  if (name == "sgd" && rate > 0.9) {
    fmt::print(stderr, "stand-in: the loss is nan\n");
    return 3;
  }
  const double per_epoch = 0.5 + 25 / number(options, "batch-size", 500);
  const double target = number(options, "target-loss", -1);
  const double limit = number(options, "limit", 1e9);
  const int epochs = static_cast<int>(number(options, "epochs", 1));
  const double strength = speed(name, rate) * (1 + 0.01 * number(options, "seed", 1));
  const char* const given = std::getenv("CURVEGRAPH_STAND_IN_LEVEL");  // that losses fall to
  const double level = given == nullptr ? 1.4 : std::stod(given);
  const std::filesystem::path folder = options.at("output");
  // Another line a start, so that a test sees how often a run was begun.
  std::ofstream(folder / "starts.txt", std::ios::app) << (options.contains("resume") ? "resumed\n" : "new\n");
  std::ofstream(folder / "checkpoint.safetensors") << "large";
  const bool validation = options.contains("validation");
  std::string rows = fmt::format("epoch,step,seconds,train_loss,train_rmse,{}test_loss,test_rmse\n",
                                 validation ? "validation_loss,validation_rmse," : "");
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    const double seconds = epoch * per_epoch;
    if (seconds > limit) break;
    const double loss = level + 0.8 * std::exp(-strength * epoch);
    const std::string measures = fmt::format("{:.9g},{:.9g}", loss, std::sqrt(loss));
    rows += fmt::format("{},{},{:.6f},{},{}{}\n", epoch, 10 * epoch, seconds, measures,
                        validation ? measures + "," : "", measures);
    std::ofstream(folder / "metrics.tmp") << rows;
    std::filesystem::rename(folder / "metrics.tmp", folder / "metrics.csv");
    fmt::print("epoch {}\n", epoch);
    std::fflush(stdout);
    if (loss <= target) break;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  int first = 1;
  if (argc > 1 && std::string_view(argv[1]).ends_with(".py")) ++first;
  if (argc > first && std::string_view(argv[first]) == "--describe") {
    fmt::print(R"({{"versions": {{"torch": "9.8.7"}}, "missing": {{"k-fac": ["asdfghjkl"]}}}})");
    return 0;
  }
  std::map<std::string, std::string> options;
  for (; first + 1 < argc; first += 2) options[std::string(argv[first]).substr(2)] = argv[first + 1];
  return train(options);
}
