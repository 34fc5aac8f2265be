#include "tests/support/hessian_tool.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/dataset.h"
#include "framework/io/safetensors.h"
#include "framework/plan.h"
#include "models/model_file.h"
#include "second_order/curvature/layer_blocks.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;

using Extents = std::vector<std::int64_t>;

const std::vector<int> layers{36, 8, 6, 10};
constexpr std::uint64_t seed = 3;

/// The trained networks, made once each.
const TrainedRun& sigmoid_run() {
  static const TrainedRun run("sigmoid", "cross-entropy");
  return run;
}
const TrainedRun& bounded_run() {
  static const TrainedRun run("tanh", "bounded");
  return run;
}
const TrainedRun& relu_run() {
  static const TrainedRun run("relu", "cross-entropy", "0.001");
  return run;
}

/// What every output file holds, by shape.
std::map<std::string, Extents> expected_shapes(int batch, bool convex) {
  std::map<std::string, Extents> shapes{{"inputs", {batch, 36}}, {"labels", {batch}}};
  for (int layer = 1; layer <= 3; ++layer) {
    const int units = layers[static_cast<std::size_t>(layer)];
    for (const char* curvature : {"exact", "fisher", "fisher_sampled", "pch_1", "pch_2"}) {
      shapes[tensor_name(curvature, layer)] = {units, units};
    }
    if (convex) shapes[tensor_name("gauss_newton", layer)] = {units, units};
    shapes[tensor_name("input_mean", layer)] = {layers[static_cast<std::size_t>(layer) - 1]};
    shapes[tensor_name("input_second_moment_trace", layer)] = {1};
  }
  return shapes;
}

std::map<std::string, Extents> shapes_of(const Safetensors& file) {
  std::map<std::string, Extents> shapes;
  for (const auto& [name, tensor] : file.tensors) shapes[name] = tensor.shape;
  return shapes;
}

TEST(HessianTool, WritesEveryTensorInThePrecisionAskedFor) {
  for (const auto& [precision, dtype] : {std::pair{"double", DType::F64}, {"float", DType::F32}}) {
    sigmoid_run().run({{"precision", precision}});
    const Safetensors file = sigmoid_run().blocks();
    EXPECT_EQ(shapes_of(file), expected_shapes(30, true));
    for (const auto& [name, tensor] : file.tensors) {
      EXPECT_EQ(tensor.dtype, name == "labels" ? DType::I64 : dtype) << name;
    }
  }
}

TEST(HessianTool, DrawsDifferentSamplesOfTheTrainingSetNormalised) {
  sigmoid_run().run({{"batch-size", "250"}});
  const Safetensors file = sigmoid_run().blocks();
  const Matrix inputs = matrix(file, "inputs");
  const auto labels = file.at("labels").as<std::int64_t>();
  Model model = sigmoid_run().model();
  const Normalization normalization = load_model(sigmoid_run().model_file(), model).normalization;
  const Dataset data = dataset_format("fashion-mnist").load(sigmoid_run().dir().path() / "data", {}).train;

  // A batch as large as the set is the set: both as sorted rows with their labels.
  std::vector<std::vector<double>> found;
  std::vector<std::vector<double>> expected;
  for (int i = 0; i < 250; ++i) {
    found.push_back({static_cast<double>(labels[static_cast<std::size_t>(i)])});
    expected.push_back({static_cast<double>(data.labels[static_cast<std::size_t>(i)])});
    for (int j = 0; j < 36; ++j) {
      const std::size_t feature = static_cast<std::size_t>(j);
      found.back().push_back(inputs(i, j));
      expected.back().push_back((data.sample(i)[feature] / 255.0 - normalization.mean[feature]) /
                                static_cast<double>(normalization.scale[feature]));
    }
  }
  EXPECT_NE(found, expected);  // in an order of the seed
  std::ranges::sort(found);
  std::ranges::sort(expected);
  EXPECT_EQ(found, expected);
}

TEST(HessianTool, StartsALargerBatchWithTheSmallerOne) {
  sigmoid_run().run({{"batch-size", "40"}});
  const auto larger = sigmoid_run().blocks().at("inputs").bytes;
  sigmoid_run().run();
  const auto smaller = sigmoid_run().blocks().at("inputs").bytes;
  EXPECT_TRUE(std::ranges::equal(smaller, std::span(larger).first(smaller.size())));
}

/// Forward and backward pass of a run's model at the batch of its file.
Plan plan_at(const Model& model, const Safetensors& file) {
  const Matrix inputs = transposed(matrix(file, "inputs"));
  const auto labels = file.at("labels").as<std::int64_t>();
  Matrix target(10, inputs.cols);
  for (int i = 0; i < inputs.cols; ++i) target(static_cast<int>(labels[static_cast<std::size_t>(i)]), i) = 1;
  Plan plan(*model.graph, model.loss, inputs.cols, Plan::Buffers::ValuesAndGradients);
  copy_to_device(inputs.values, plan.input(model.input));
  copy_to_device(target.values, plan.input(model.target));
  plan.forward();
  plan.backward();
  return plan;
}

/// The largest relative error of a file's blocks and input moments against the library's in double, at the file's
/// batch.
double error_against_library(const TrainedRun& run) {
  const Safetensors file = run.blocks();
  const Model model = run.model();
  const Plan plan = plan_at(model, file);
  double largest = 0;
  for (const Curvature* curvature : curvatures()) {
    if (curvature == &gauss_newton && !file.tensors.contains("gauss_newton.1")) continue;
    LayerBlocks propagation(plan, *curvature, {.seed = seed});
    EXPECT_TRUE(propagation.run().usable());
    for (const WeightedLayer& layer : propagation.layers()) {
      const Matrix found = matrix(file, tensor_name(curvature->name, layer.layer));
      largest = std::max(largest, relative_error(found, from_view(propagation.block(layer))));

      const Matrix h = from_view(propagation.input(layer));
      Matrix mean(h.rows, 1);
      Matrix trace(1, 1);
      for (int sample = 0; sample < h.cols; ++sample) {
        for (int i = 0; i < h.rows; ++i) {
          mean(i, 0) += h(i, sample) / h.cols;
          trace(0, 0) += h(i, sample) * h(i, sample) / h.cols;
        }
      }
      largest = std::max({largest, relative_error(matrix(file, tensor_name("input_mean", layer.layer)), mean),
                          relative_error(matrix(file, tensor_name("input_second_moment_trace", layer.layer)), trace)});
    }
  }
  return largest;
}

TEST(HessianTool, HoldsWhatTheLibraryMakesOfItsInputsAndLabels) {
  for (const TrainedRun* run : {&sigmoid_run(), &bounded_run(), &relu_run()}) {
    run->run();
    EXPECT_LT(error_against_library(*run), 1e-12);
  }
}

double largest(const Matrix& a) { return max_difference(a, Matrix(a.rows, a.cols)); }
Matrix absolute(const Matrix& a) {
  return map([](real value) { return std::abs(value); }, a);
}
/// max_i Σⱼ |aᵢⱼ|
double row_sum(const Matrix& a) {
  return largest(product(absolute(a), map([](real) { return 1; }, Matrix(a.cols, 1))));
}

/// Bounds in the largest entry on what rounding to float does to the blocks of the sigmoid network, by layer: from
/// |σ'| ≤ 1/4, |σ''| ≤ 1/10, |σ'''| ≤ 1/8, n u for a sum of n terms and 8 u for a function. dx: error of x.
struct RoundingBounds {
  std::vector<double> blocks = {0, 0, 0};   // of those made by the recursion
  std::vector<double> moments = {0, 0, 0};  // of E[δδᵀ]
};

RoundingBounds rounding_bounds(const Safetensors& file, const Safetensors& model) {
  constexpr double u = 0x1p-24;
  const double batch = static_cast<double>(file.at("labels").shape[0]);
  const auto weight = [&](int t) { return matrix(model, "layers." + std::to_string(t) + ".weight"); };
  // x = (byte/255 - mean) / scale rounds three times, the first in byte/255 ≤ 1.
  Matrix h = transposed(matrix(file, "inputs"));
  double dh = u / matrix(model, "input.scale")(0, 0) + 2 * u * largest(h);
  std::vector<double> dz;
  for (int t = 0; t < 3; ++t) {
    const Matrix W = weight(t);
    const double z =
        largest(product(absolute(W), absolute(h))) + largest(matrix(model, "layers." + std::to_string(t) + ".bias"));
    dz.push_back(row_sum(W) * dh + (W.cols + 2) * u * z);
    h = map([](real) { return 1; }, Matrix(W.rows, 1));  // σ < 1
    dh = dz.back() / 4 + 8 * u;
  }
  // Softmax: p, δ = p - t and the entries of E[diag p - p pᵀ], at most 1/4, move by at most dz.
  double delta = 1;
  double ddelta = dz[2] + 16 * u;
  double block = 0.25;
  double dblock = dz[2] + (16 + batch) * u / 4;
  RoundingBounds bounds;
  for (int t = 2;; --t) {
    bounds.blocks[static_cast<std::size_t>(t)] = dblock;
    bounds.moments[static_cast<std::size_t>(t)] = 2 * delta * ddelta + (batch + 2) * u * delta * delta;
    if (t == 0) return bounds;
    const int units = weight(t).rows;
    const double w = row_sum(transposed(weight(t)));
    const double slope_error = dz[static_cast<std::size_t>(t) - 1] / 10 + 8 * u;
    const double bend_error = dz[static_cast<std::size_t>(t) - 1] / 8 + 8 * u;
    const double q = w * delta;  // of Wᵀδ
    const double dq = w * ddelta + units * u * q;
    const double p = w * w * block;  // of Wᵀ H W
    const double dp = w * w * dblock + 2 * units * u * p;
    dblock = dp / 16 + p * (slope_error / 2 + batch * u / 16) + dq / 10 + q * (bend_error + batch * u / 10);
    block = p / 16 + q / 10;
    ddelta = dq / 4 + q * slope_error;
    delta = q / 4;
  }
}

TEST(HessianTool, InFloatDiffersFromDoubleByRounding) {
  const Safetensors model = read_safetensors(sigmoid_run().model_file());
  sigmoid_run().run();
  const Safetensors exactly = sigmoid_run().blocks();
  sigmoid_run().run({{"precision", "float"}});
  const Safetensors rounded = sigmoid_run().blocks();
  const RoundingBounds bounds = rounding_bounds(exactly, model);
  for (const Curvature* curvature : curvatures()) {
    const bool moment = curvature == &fisher || curvature == &fisher_sampled;
    for (int layer = 1; layer <= 3; ++layer) {
      const std::string name = tensor_name(curvature->name, layer);
      const double bound = (moment ? bounds.moments : bounds.blocks)[static_cast<std::size_t>(layer) - 1];
      const Matrix expected = matrix(exactly, name);
      EXPECT_LT(max_difference(matrix(rounded, name), expected), bound) << name;
      EXPECT_LT(bound, 0.2 * largest(expected)) << name << ": the bound says nothing";
    }
  }
}

TEST(HessianTool, RepeatsARunByteForByte) {
  const TrainedRun& run = sigmoid_run();
  const std::string first = run.run();
  const std::string blocks = run.dir().read("blocks");
  const std::string csv = run.dir().read("csv");
  EXPECT_EQ(run.run(), first);
  EXPECT_EQ(run.dir().read("blocks"), blocks);
  EXPECT_EQ(run.dir().read("csv"), csv);
  run.run({{"seed", "4"}});
  EXPECT_NE(run.dir().read("blocks"), blocks);
}

TEST(HessianTool, TakesOpsFromOptionsWhereTheFileDoesNotSay) {
  const TrainedRun& run = bounded_run();
  run.run();
  const std::string blocks = run.dir().read("blocks");
  Safetensors model = read_safetensors(run.model_file());
  model.metadata.clear();
  const std::string silent = (run.dir().path() / "silent").string();
  write_safetensors(silent, model);
  run.run({{"model", silent}, {"activation", "tanh"}, {"criterion", "bounded"}});
  EXPECT_EQ(run.dir().read("blocks"), blocks);
  // The same again where the file does say.
  run.run({{"activation", "tanh"}, {"criterion", "bounded"}});
  EXPECT_EQ(run.dir().read("blocks"), blocks);
}

TEST(HessianTool, PrintsHelp) {
  const ProcessResult result = run_process({hessian_command({}).front(), "--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("hessian --model FILE --output FILE [option ...]"));
  for (const auto& [name, value] : with(sigmoid_run().options(), {{"precision", ""}, {"activation", ""}})) {
    EXPECT_THAT(result.out, HasSubstr("--" + name + " "));
  }
}

TEST(HessianTool, ReadsTables) {
  const TempDir dir;
  std::string csv = "kind,a,b\n";
  for (int i = 0; i < 40; ++i) csv += fmt::format("{},{},{}\n", i % 3, i % 3 + 0.01 * i, 1000 - i);
  for (const char* part : {"train", "test"}) dir.write(fmt::format("data/{}.csv", part), csv);
  const Options data{{"dataset", "csv"}, {"data", (dir.path() / "data").string()}, {"targets", "kind"}};
  const Options training{{"layers", "2-5-3"}, {"batch-size", "20"}, {"output", (dir.path() / "out").string()}};
  const ProcessResult trained = run_train(with(training, data));
  ASSERT_EQ(trained.status, 0) << trained.err;
  const ProcessResult result = run_hessian(with(data, {{"model", (dir.path() / "out/model.safetensors").string()},
                                                       {"batch-size", "40"},
                                                       {"output", (dir.path() / "blocks").string()}}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("40 of 40 samples of csv train, seed 1; network 2-5-3, sigmoid, cross-entropy"));
  EXPECT_EQ(shapes_of(read_safetensors(dir.path() / "blocks"))["inputs"], (Extents{40, 2}));
}

TEST(HessianTool, ReadsImageFolders) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const std::string broken = dir.write("data/train/light/x.png", "text").string();
  const Options training = with(image_folder_options(dir), {{"image-size", "4"}, {"layers", "48-4-2"}});
  Command train = train_command(training);
  train.emplace_back("--skip-broken");
  ASSERT_EQ(run_process(train).status, 0);
  Command command = hessian_command({{"model", (dir.path() / "out/model.safetensors").string()},
                                     {"dataset", "image-folder"},
                                     {"data", training.at("data")},
                                     {"image-size", "4"},
                                     {"batch-size", "80"},
                                     {"output", (dir.path() / "blocks").string()}});
  command.emplace_back("--skip-broken");
  const ProcessResult result = run_process(command);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("skipped 1 of 81 images that cannot be read:\n  " + broken));
  EXPECT_THAT(result.out, HasSubstr("80 of 80 samples of image-folder train"));
  EXPECT_EQ(shapes_of(read_safetensors(dir.path() / "blocks"))["inputs"], (Extents{80, 48}));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
