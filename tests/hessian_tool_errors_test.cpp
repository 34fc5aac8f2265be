#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/io/safetensors.h"
#include "tests/support/hessian_tool.h"
#include "tests/support/npy.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

using Fragments = std::vector<std::string>;

const TrainedRun& trained() {
  static const TrainedRun run("sigmoid", "cross-entropy");
  return run;
}

std::string in(const std::string& name) { return (trained().dir().path() / name).string(); }

/// One line with all the fragments, that status, and no file changed.
void expect_failure(const Options& options, int status, const Fragments& fragments) {
  SCOPED_TRACE(testing::PrintToString(options));
  const auto before = files_below(trained().dir().path());
  const ProcessResult result = run_hessian(options);
  EXPECT_EQ(result.status, status);
  EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
  EXPECT_THAT(result.err, AllOf(StartsWith("hessian: "), EndsWith("\n")));
  for (const std::string& fragment : fragments) EXPECT_THAT(result.err, HasSubstr(fragment));
  EXPECT_TRUE(files_below(trained().dir().path()) == before) << "files have changed";
}

/// The trained network's file, changed.
std::string model_with(const std::string& name, const std::function<void(Safetensors&)>& change) {
  Safetensors file = read_safetensors(trained().model_file());
  change(file);
  write_safetensors(in(name), file);
  return in(name);
}

TEST(HessianToolErrors, RefusesANetworkForTargetsThatAreNumbers) {
  const std::string model = model_with("standardised", [](Safetensors& file) {
    for (const char* name : {"target.mean", "target.scale"}) {
      file.tensors[name] = StoredTensor::from<float>(std::vector<float>(10, 1), {10});
    }
    file.metadata.erase("task");
  });
  expect_failure(with(trained().options(), {{"model", model}}), 2,
                 {"--model " + model +
                  ": holds target.mean and target.scale for numeric targets, but names no task, expected a file of "
                  "tools/train or a network for classification"});
}

TEST(HessianToolErrors, RefusesOptions) {
  struct Case {
    Options changes;
    Fragments fragments;
  };
  const std::vector<Case> cases = {
      {{{"frobnicate", "1"}}, {"'--frobnicate'", "--help"}},
      {{{"image-size", "6"}}, {"--image-size: has no effect with --dataset fashion-mnist"}},
      {{{"dataset", "mnist"}}, {"--dataset: ", "mnist", "expected one of fashion-mnist, cifar-10, image-folder"}},
      {{{"activation", "step"}}, {"--activation: ", "'step'", "expected one of identity, sigmoid"}},
      {{{"criterion", "hinge"}}, {"--criterion: ", "'hinge'", "expected one of cross-entropy, bounded"}},
      {{{"activation", "relu"}},
       {"--activation relu: ", "was trained with sigmoid, expected the same or no --activation"}},
      {{{"criterion", "bounded"}}, {"--criterion bounded: ", "was trained with cross-entropy, expected the same"}},
      {{{"precision", "half"}}, {"--precision: found 'half', expected float or double"}},
      {{{"full", ""}, {"precision", "float"}},
       {"--full: found --precision float, expected double, for differences of gradients"}},
      {{{"batch-size", "0"}}, {"--batch-size: found '0', expected a whole number from 1"}},
      {{{"batch-size", "251"}}, {"--batch-size 251: more than the 250 samples of fashion-mnist train"}},
      {{{"batch-size", "251"}, {"precision", "float"}}, {"--batch-size 251: more than the 250 samples"}},
      {{{"seed", "-1"}}, {"--seed: found '-1', expected a whole number"}},
      {{{"csv", in("blocks")}}, {"--csv " + in("blocks") + ": is also the file of --output"}},
  };
  for (const auto& [changes, fragments] : cases) expect_failure(with(trained().options(), changes), 2, fragments);
  for (const char* option : {"model", "output"}) {
    Options options = trained().options();
    options.erase(option);
    expect_failure(options, 2, {std::string("--") + option + ": missing, expected the "});
  }
}

TEST(HessianToolErrors, NeedsOpsThatTheFileDoesNotName) {
  const Options options =
      with(trained().options(), {{"model", model_with("silent", [](Safetensors& file) { file.metadata.clear(); })}});
  expect_failure(options, 2, {"--activation: missing, expected a name, because " + in("silent") + " contains none"});
  expect_failure(with(options, {{"activation", "relu"}}), 2, {"--criterion: missing, expected a name, because "});
}

TEST(HessianToolErrors, RefusesModels) {
  struct Case {
    std::string model;
    int status;
    Fragments fragments;
  };
  trained().dir().write("torn", trained().dir().read("out/model.safetensors").substr(0, 500));
  const auto zeros = [](std::int64_t rows, std::int64_t cols) {
    return StoredTensor::from<float>(std::vector<float>(static_cast<std::size_t>(rows * cols)), {rows, cols});
  };
  const std::vector<Case> cases = {
      {in("missing"), 1, {in("missing") + ": cannot open: No such file"}},
      {in("torn"), 1, {in("torn") + ": ", "bytes"}},
      {in("out/metrics.csv"), 1, {in("out/metrics.csv") + ": "}},
      {model_with("no-scale", [](Safetensors& file) { file.tensors.erase("input.scale"); }),
       1,
       {"has input.mean but no input.scale, expected both or neither"}},
      {model_with("no-layers", [](Safetensors& file) { file.tensors.erase("layers.0.weight"); }),
       1,
       {R"(has no tensor "layers.0.weight")"}},
      {model_with("apart", [&](Safetensors& file) { file.tensors["layers.1.weight"] = zeros(6, 9); }),
       1,
       {R"(tensor "layers.1.weight" has shape [6, 9], expected 8 inputs, the outputs of "layers.0.weight")"}},
      {model_with("integers",
                  [](Safetensors& file) {
                    file.tensors["layers.2.bias"] =
                        StoredTensor::from<std::int64_t>(std::vector<std::int64_t>(10), {10});
                  }),
       1,
       {R"(tensor "layers.2.bias" is I64 [10], expected F16, BF16, F32 or F64 [10])"}},
      {model_with("unknown", [](Safetensors& file) { file.metadata["activation"] = "softsign"; }),
       1,
       {in("unknown") + ": unknown activation 'softsign', expected one of"}},
      {model_with("autoencoder", [](Safetensors& file) { file.metadata["task"] = "autoencoder"; }),
       2,
       {"--model " + in("autoencoder") +
        ": from 36 inputs to 10 outputs, expected 36 and 36, the features and targets of "}},
      {model_with("telling", [](Safetensors& file) { file.metadata["task"] = "fortunes"; }),
       1,
       {in("telling") + ": unknown task \"fortunes\", expected classification"}},
      {model_with("nine", [&](Safetensors& file) { file.tensors["layers.2.weight"] = zeros(9, 6); }),
       2,
       {"--model " + in("nine") + ": from 36 inputs to 9 outputs, expected 36 and 10, the features and classes of "}},
  };
  for (const auto& [model, status, fragments] : cases) {
    expect_failure(with(trained().options(), {{"model", model}}), status, fragments);
  }
}

TEST(HessianToolErrors, RefusesDataWithoutClasses) {
  const std::string data = in("tables");
  for (const char* part : {"train", "test"}) {
    trained().dir().write(fmt::format("tables/{}_inputs.npy", part), npy_floats("(1, 2)", {1, 2}));
    trained().dir().write(fmt::format("tables/{}_targets.npy", part), npy_floats("(1,)", {0.5F}));
  }
  expect_failure(with(trained().options(), {{"dataset", "npy"}, {"data", data}}), 1,
                 {data + "/train_targets.npy: row 0: the class is 0.5, expected a whole number for classification"});
}

TEST(HessianToolErrors, RefusesFilesItWouldDestroy) {
  trained().dir().write("notes", "mine\n");
  std::filesystem::create_directory(in("folder"));
  struct Case {
    Options changes;
    int status;
    Fragments fragments;
  };
  const std::vector<Case> cases = {
      {{{"output", trained().model_file().string()}}, 2, {"--output ", "is not a file that this program wrote"}},
      {{{"output", in("notes")}}, 2, {"--output " + in("notes") + ": already exists"}},
      {{{"csv", in("notes")}}, 2, {"--csv " + in("notes") + ": already exists"}},
      {{{"csv", in("out/metrics.csv")}}, 2, {"--csv ", "already exists"}},
      {{{"output", in("folder")}}, 2, {"--output " + in("folder") + ": already exists"}},
      {{{"output", in("nowhere/blocks")}}, 1, {"--output " + in("nowhere/blocks") + ": there is no folder "}},
      {{{"csv", in("nowhere/csv")}}, 1, {"--csv " + in("nowhere/csv") + ": there is no folder "}},
  };
  for (const auto& [changes, status, fragments] : cases) {
    expect_failure(with(trained().options(), changes), status, fragments);
  }
}

TEST(HessianToolErrors, WritesNothingWhereNumbersAreNotFinite) {
  const auto scaled = [](const std::string& tensor, float factor) {
    return [=](Safetensors& file) {
      StoredTensor& stored = file.tensors[tensor];
      std::vector<float> values(stored.as<float>().begin(), stored.as<float>().end());
      for (float& value : values) value *= factor;
      stored = StoredTensor::from<float>(values, stored.shape);
    };
  };
  const std::string nan = model_with("nan", scaled("layers.1.weight", std::numeric_limits<float>::quiet_NaN()));
  for (const char* precision : {"float", "double"}) {
    expect_failure(
        with(trained().options(), {{"model", nan}, {"precision", precision}}), 1,
        {nan + R"(: tensor "layers.1.weight" holds nan at [0, 0], expected numbers that are finite in )" + precision});
  }
  // Gradients whose squares exceed the largest float, but not the largest double.
  const Options large = with(trained().options(), {{"model", model_with("large", [&](Safetensors& file) {
                                                      scaled("layers.2.weight", 1e15F)(file);
                                                      file.metadata["criterion"] = "squared-error";
                                                    })}});
  expect_failure(with(large, {{"precision", "float"}}), 1, {"layer ", "not finite: inf"});
  EXPECT_EQ(run_hessian(large).status, 0);
  // And outputs whose squares do.
  const std::string huge = model_with("huge", [&](Safetensors& file) {
    scaled("layers.2.weight", 1e25F)(file);
    file.metadata["criterion"] = "squared-error";
  });
  expect_failure(with(trained().options(), {{"model", huge}, {"precision", "float"}}), 1,
                 {"the loss of the batch is inf, expected a finite number"});
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
