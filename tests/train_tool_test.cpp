#include "tests/support/train_tool.h"

#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/batch_loader.h"
#include "framework/io/safetensors.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "models/trainer.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using Extents = std::vector<std::int64_t>;

constexpr const char* kMetricsHeader = "epoch,step,seconds,train_loss,train_accuracy,test_loss,test_accuracy";

const Options sgd_options{{"optimizer", "sgd"}, {"learning-rate", "0.05"}};
const Options adam_options{{"optimizer", "adam"}, {"learning-rate", "0.01"}, {"weight-decay", "0.01"}};
const Options paper_preset{{"preset", "paper"}};

/// The numbers of a row of metrics.csv.
std::vector<double> numbers(const std::string& row) {
  std::vector<double> values;
  const char* position = row.c_str();
  while (true) {
    char* end = nullptr;
    values.push_back(std::strtod(position, &end));
    EXPECT_NE(end, position) << row;
    if (*end != ',') {
      EXPECT_EQ(*end, '\0') << row;
      return values;
    }
    position = end + 1;
  }
}

TEST(TrainTool, WritesARowAnEpochAndTheModel) {
  const TempDir dir;
  write_cifar10(dir, "data");
  const ProcessResult result = run_train(cifar10_options(dir));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(files_below(dir.path() / "out"),
              ElementsAre(Key("checkpoint.safetensors"), Key("metrics.csv"), Key("model.safetensors")));

  const std::vector<std::string> metrics = lines(dir.read("out/metrics.csv"));
  ASSERT_THAT(metrics, SizeIs(4));
  EXPECT_EQ(metrics[0], kMetricsHeader);
  for (std::size_t epoch = 1; epoch <= 3; ++epoch) {
    const std::vector<double> row = numbers(metrics[epoch]);
    ASSERT_THAT(row, SizeIs(7));
    EXPECT_EQ(row[0], epoch);
    EXPECT_EQ(row[1], 5 * epoch);  // 250 samples in batches of 50
  }

  const Safetensors model = read_safetensors(dir.path() / "out" / "model.safetensors");
  std::map<std::string, Extents> shapes;
  for (const auto& [name, tensor] : model.tensors) {
    EXPECT_EQ(tensor.dtype, DType::F32) << name;
    shapes[name] = tensor.shape;
  }
  EXPECT_EQ(shapes, (std::map<std::string, Extents>{{"input.mean", {3072}},
                                                    {"input.scale", {3072}},
                                                    {"layers.0.bias", {8}},
                                                    {"layers.0.weight", {8, 3072}},
                                                    {"layers.1.bias", {10}},
                                                    {"layers.1.weight", {10, 8}}}));
  EXPECT_EQ(model.metadata.at("layers"), "3072-8-10");
  EXPECT_EQ(model.metadata.at("activation"), "sigmoid");
  EXPECT_EQ(model.metadata.at("criterion"), "cross-entropy");
}

TEST(TrainTool, PrintsPlainLinesWhereThereIsNoTerminal) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const ProcessResult result = run_train(with(fashion_mnist_options(dir), paper_preset));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("\033")));
  EXPECT_THAT(result.out, Not(HasSubstr("\r")));
  const std::vector<std::string> printed = lines(result.out);
  EXPECT_THAT(printed,
              ElementsAre("fashion-mnist: 250 training and 50 test samples; network 36-8-10, sigmoid, cross-entropy",
                          "second-order: learning rate 0.1, pch-1, ea-cg, fixed damping, alpha 0.02, at most 50 CG "
                          "iterations, CG to 0.1; batch size 50, seed 1, 1 threads",
                          HasSubstr("train loss"), HasSubstr(" 1/3 "), HasSubstr(" 2/3 "), HasSubstr(" 3/3 "),
                          testing::AllOf(StartsWith("3 epochs, "),
                                         testing::EndsWith("results in " + (dir.path() / "out").string()))));
}

/// What metrics.csv says of the last epoch is true of the model in model.safetensors.
void expect_metrics_of_the_model(const TempDir& dir, const Options& options) {
  Model model = mlp(parse_layers(options.at("layers")), sigmoid, softmax_cross_entropy);
  const LoadedModel file = load_model(dir.path() / "out" / "model.safetensors", model);
  const DatasetPair data = dataset_format(options.at("dataset")).load(options.at("data"), {});
  const std::vector<double> row = numbers(lines(dir.read("out/metrics.csv")).back());
  ASSERT_THAT(row, SizeIs(7));
  Plan plan(*model.graph, model.loss, 100, Plan::Buffers::Values);
  for (const auto& [part, column] : {std::pair{&data.train, std::size_t{3}}, {&data.test, 5}}) {
    BatchLoader loader(*part, file.normalization);
    const Score score = evaluate(plan, model, loader);
    // The program computes in float; sums of up to 3,072 terms keep at least four digits.
    EXPECT_NEAR(row[column], score.loss, 1e-4 * score.loss) << part->name;
    EXPECT_NEAR(row[column + 1], score.accuracy, 1e-8) << part->name;  // printed with nine digits
  }
}

TEST(TrainTool, LearnsByEveryOptimizer) {
  for (const Options& optimizer : {Options{}, paper_preset, sgd_options, adam_options}) {
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(with(fashion_mnist_options(dir), {{"epochs", "40"}}), optimizer);
    ASSERT_EQ(run_train(options).status, 0);
    const std::vector<double> last = numbers(lines(dir.read("out/metrics.csv")).back());
    EXPECT_LT(last[3], 1);    // log 10 = 2.3 at the start
    EXPECT_GT(last[6], 0.5);  // of 50 test samples, 0.1 by chance
    expect_metrics_of_the_model(dir, options);
  }
}

TEST(TrainTool, MeasuresTheModelOnColourImagesToo) {
  const TempDir dir;
  write_cifar10(dir, "data/cifar-10-batches-bin");
  ASSERT_EQ(run_train(with(cifar10_options(dir), {{"normalize", "feature"}})).status, 0);
  expect_metrics_of_the_model(dir, cifar10_options(dir));
}

TEST(TrainTool, RepeatsARunBitForBit) {
  for (const Options& optimizer : {Options{}, paper_preset, sgd_options, adam_options}) {
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(fashion_mnist_options(dir), optimizer);
    for (const char* output : {"first", "second"}) {
      ASSERT_EQ(run_train(with(options, {{"output", (dir.path() / output).string()}})).status, 0);
    }
    ASSERT_EQ(run_train(with(options, {{"output", (dir.path() / "other").string()}, {"seed", "2"}})).status, 0);
    EXPECT_EQ(without_seconds(dir.read("first/metrics.csv")), without_seconds(dir.read("second/metrics.csv")));
    EXPECT_EQ(dir.read("first/model.safetensors"), dir.read("second/model.safetensors"));
    EXPECT_NE(without_seconds(dir.read("first/metrics.csv")), without_seconds(dir.read("other/metrics.csv")));
    EXPECT_NE(dir.read("first/model.safetensors"), dir.read("other/model.safetensors"));
  }
}

TEST(TrainTool, StartsFromTheWeightsOfTheSeed) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  // Steps too small to change a weight.
  ASSERT_EQ(run_train(with(fashion_mnist_options(dir), {{"seed", "5"}, {"learning-rate", "1e-30"}})).status, 0);
  Model expected = mlp(std::vector{36, 8, 10}, sigmoid, softmax_cross_entropy);
  initialize_xavier(*expected.graph, 5);
  Model found = mlp(std::vector{36, 8, 10}, sigmoid, softmax_cross_entropy);
  load_model(dir.path() / "out" / "model.safetensors", found);
  for (const std::size_t weight : {0U, 2U}) {
    std::vector<real> values = expected.graph->parameters()[weight].to_host();
    for (real& value : values) value = static_cast<float>(value);
    EXPECT_EQ(found.graph->parameters()[weight].to_host(), values) << weight;
  }
}

TEST(TrainTool, TakesOptionsFromAFile) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  std::string config = "# a run\n";
  for (const auto& [name, value] : fashion_mnist_options(dir)) config += name + " = " + value + "\n";
  const ProcessResult result = run_train({{"config", dir.write("config", config).string()}, {"epochs", "1"}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(lines(dir.read("out/metrics.csv")), SizeIs(2));
}

TEST(TrainTool, PrintsHelp) {
  Command command = train_command({});
  command.push_back("--help");
  const ProcessResult result = run_process(command);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("train --output DIR [option ...]"));
  EXPECT_THAT(result.err, IsEmpty());
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
