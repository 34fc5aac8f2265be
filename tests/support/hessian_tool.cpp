#include "tests/support/hessian_tool.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <span>

#include "framework/error.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "ops/registry.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Command hessian_command(const Options& options) {
  const char* const program = std::getenv("CURVEGRAPH_HESSIAN");
  if (program == nullptr) throw Error("the environment has no CURVEGRAPH_HESSIAN, expected the path of tools/hessian");
  Command command{program};
  for (const auto& [name, value] : options) {
    command.push_back("--" + name);
    if (!value.empty()) command.push_back(value);
  }
  return command;
}

ProcessResult run_hessian(const Options& options) { return run_process(hessian_command(options)); }

TrainedRun::TrainedRun(const std::string& activation, const std::string& criterion, const std::string& learning_rate)
    : activation_(activation), criterion_(criterion) {
  write_fashion_mnist(dir_, "data");
  const ProcessResult result = run_train(with(fashion_mnist_options(dir_), {{"preset", "paper"},
                                                                            {"layers", "36-8-6-10"},
                                                                            {"epochs", "1"},
                                                                            {"activation", activation},
                                                                            {"criterion", criterion},
                                                                            {"learning-rate", learning_rate}}));
  if (result.status != 0) throw Error("training failed: " + result.err);
}

Options TrainedRun::options() const {
  return {{"model", model_file().string()},
          {"dataset", "fashion-mnist"},
          {"data", (dir_.path() / "data").string()},
          {"batch-size", "30"},
          {"seed", "3"},
          {"threads", "1"},
          {"output", (dir_.path() / "blocks").string()},
          {"csv", (dir_.path() / "csv").string()}};
}

std::string TrainedRun::run(const Options& changes) const {
  const ProcessResult result = run_hessian(with(options(), changes));
  if (result.status != 0 || !result.err.empty()) throw Error("the program failed: " + result.err);
  return result.out;
}

Model TrainedRun::model() const {
  Model model = mlp(std::vector{36, 8, 6, 10}, activation(activation_), criterion(criterion_));
  load_model(model_file(), model);
  return model;
}

Matrix matrix(const Safetensors& file, const std::string& name) {
  const StoredTensor& stored = file.at(name);
  const int rows = static_cast<int>(stored.shape.at(0));
  const int cols = stored.shape.size() > 1 ? static_cast<int>(stored.shape[1]) : 1;
  Matrix found(rows, cols);
  const auto fill = [&](const auto& values) {
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < cols; ++j) found(i, j) = static_cast<real>(values[static_cast<std::size_t>(i * cols + j)]);
    }
  };
  if (stored.dtype == DType::F32) {
    fill(stored.as<float>());
  } else {
    fill(stored.as<double>());
  }
  return found;
}

CsvRows csv_rows(const std::string& csv) {
  CsvRows rows;
  const std::vector<std::string> all = lines(csv);
  for (const std::string& line : std::span(all).subspan(1)) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == ',') {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    std::vector<double> numbers;
    for (const std::size_t i : {1U, 3U, 4U, 5U, 6U}) {
      const std::string& field = fields.at(i);
      numbers.push_back(field.empty() ? std::numeric_limits<double>::quiet_NaN() : std::strtod(field.c_str(), nullptr));
    }
    rows[{fields.at(0), fields.at(2)}] = numbers;
  }
  return rows;
}

std::string tensor_name(std::string_view curvature, int layer) {
  std::string name(curvature);
  std::ranges::replace(name, '-', '_');
  return name + "." + std::to_string(layer);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
