#include "tools/hessian/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "models/mlp.h"
#include "tools/command_line/output_file.h"
#include "tools/hessian/table.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kContentKey = "content";
constexpr const char* kContent = "curvature blocks by curvegraph's hessian";

bool is_blocks_file(const std::filesystem::path& path) {
  try {
    const Safetensors file = read_safetensors(path);
    const auto content = file.metadata.find(kContentKey);
    return content != file.metadata.end() && content->second == kContent;
  } catch (const Error&) {
    return false;
  }
}

bool is_csv(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && line == kCsvHeader;
}

/// "fisher-sampled" as "fisher_sampled".
std::string tensor_name(std::string_view curvature, std::size_t layer) {
  std::string name(curvature);
  std::ranges::replace(name, '-', '_');
  return fmt::format("{}.{}", name, layer);
}

StoredTensor row_major(const Tensor& tensor) {
  const std::vector<real> from = tensor.to_host();
  const auto rows = to_index(tensor.shape().rows);
  const auto cols = to_index(tensor.shape().cols);
  std::vector<real> to(from.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) to[row * cols + col] = from[row + col * rows];
  }
  return StoredTensor::from<real>(to, {tensor.shape().rows, tensor.shape().cols});
}

}  // namespace

void require_writable(const HessianOptions& options) {
  require_replaceable("output", options.output, is_blocks_file);
  if (options.csv) require_replaceable("csv", *options.csv, is_csv);
}

Safetensors blocks_file(const HessianOptions& options, const TrainedNetwork& network, const NetworkBlocks& blocks,
                        std::span<const std::int64_t> labels) {
  Safetensors file{.metadata = {{kContentKey, kContent},
                                {"layers", format_layers(network.layers)},
                                {"activation", std::string(network.activation->name)},
                                {"criterion", std::string(network.criterion->name)},
                                {"dataset", options.dataset},
                                {"seed", fmt::format("{}", options.seed)}}};
  for (const CurvatureBlocks& each : blocks.curvatures) {
    for (std::size_t i = 0; i < each.layers.size(); ++i) {
      file.tensors[tensor_name(each.curvature->name, i + 1)] = row_major(each.layers[i]);
    }
  }
  for (std::size_t i = 0; i < blocks.inputs.size(); ++i) {
    const auto& [mean, trace] = blocks.inputs[i];
    file.tensors[tensor_name("input_mean", i + 1)] =
        StoredTensor::from<real>(mean, {static_cast<std::int64_t>(mean.size())});
    file.tensors[tensor_name("input_second_moment_trace", i + 1)] = StoredTensor::from<real>(std::span(&trace, 1), {1});
  }
  // Column-major features × B has the same layout as row-major B × features.
  const Shape shape = blocks.batch.shape();
  file.tensors["inputs"] = StoredTensor::from<real>(blocks.batch.to_host(), {shape.cols, shape.rows});
  if (!labels.empty()) {
    file.tensors["labels"] = StoredTensor::from<std::int64_t>(labels, {shape.cols});
  } else {
    file.tensors["targets"] =
        StoredTensor::from<real>(blocks.targets.to_host(), {shape.cols, blocks.targets.shape().rows});
  }
  return file;
}

void add_full(std::span<const FullMatrix> matrices, Safetensors& file) {
  for (const FullMatrix& each : matrices) {
    std::string name = fmt::format("full_{}", each.name);
    std::ranges::replace(name, '-', '_');
    file.tensors[name] = row_major(each.matrix);
    file.tensors[name + "_eigenvalues"] =
        StoredTensor::from<double>(each.eigenvalues, {static_cast<std::int64_t>(each.eigenvalues.size())});
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
