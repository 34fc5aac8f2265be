#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/io/safetensors.h"
#include "framework/plan.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A file of golden/make_golden.py and its network, forward and backward done for the whole batch.
class Golden {
 public:
  explicit Golden(const std::filesystem::path& path)
      : file_(read_safetensors(path)),
        layers_(parse_layers(file_.metadata.at("layers"))),
        batch_(std::stoi(file_.metadata.at("batch"))),
        criterion_(&curvegraph::criterion(file_.metadata.at("criterion"))),
        model_(mlp(layers_, activation(file_.metadata.at("activation")), *criterion_)) {
    // mlp() makes the weight and the bias of one layer after the other.
    const auto parameters = model_.graph->parameters();
    for (std::size_t n = 0; n < depth(); ++n) {
      parameters[2 * n].assign(matrix(fmt::format("layers.{}.weight", n)).values);
      parameters[2 * n + 1].assign(matrix(fmt::format("layers.{}.bias", n)).values);
    }
    plan_ = std::make_unique<Plan>(*model_.graph, model_.loss, batch_, Plan::Buffers::ValuesAndGradients);
    run(0, batch_);
  }

  /// Forward and backward of some of the samples.
  void run(int first, int samples) {
    plan_->set_batch(samples);
    load("inputs", first, plan_->input(model_.input));
    load("targets", first, plan_->input(model_.target));
    plan_->forward();
    plan_->backward();
  }

  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] Plan& plan() { return *plan_; }
  [[nodiscard]] const Op& criterion() const { return *criterion_; }
  [[nodiscard]] const std::string& metadata(const std::string& key) const { return file_.metadata.at(key); }
  [[nodiscard]] int batch() const { return batch_; }
  [[nodiscard]] std::size_t depth() const { return layers_.size() - 1; }

  [[nodiscard]] bool has(const std::string& name) const { return file_.tensors.contains(name); }
  /// A row-major tensor of the file; one of a single extent is a column.
  [[nodiscard]] Matrix matrix(const std::string& name) const {
    const StoredTensor& tensor = file_.at(name);
    const auto values = tensor.as<double>();
    const int rows = static_cast<int>(tensor.shape.at(0));
    const int cols = tensor.shape.size() == 1 ? 1 : static_cast<int>(tensor.shape.at(1));
    return transposed(Matrix(cols, rows, {values.begin(), values.end()}));
  }
  /// Of layer t, from 1.
  [[nodiscard]] Matrix block(std::string_view kind, std::size_t t) const {
    return matrix(fmt::format("{}.{}", kind, t));
  }

 private:
  void load(const std::string& name, int first, MatrixView input) {
    const auto values = file_.at(name).as<double>();  // a row is a sample, which is a column here
    copy_to_device(values.subspan(static_cast<std::size_t>(first * input.rows), input.size()), input);
  }

  Safetensors file_;
  std::vector<int> layers_;
  int batch_;
  const Op* criterion_;
  Model model_;
  std::unique_ptr<Plan> plan_;
};

/// The files of the folder that the environment variable CURVEGRAPH_GOLDEN names. Error when there is none.
inline std::vector<std::filesystem::path> golden_files() {
  const char* folder = std::getenv("CURVEGRAPH_GOLDEN");
  if (folder == nullptr) throw Error("CURVEGRAPH_GOLDEN is not set: it names the folder tests/golden of the sources");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
  }
  if (files.empty()) throw Error(fmt::format("CURVEGRAPH_GOLDEN: no golden files in {}", folder));
  std::ranges::sort(files);
  return files;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
