#include "models/model_file.h"

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/io/safetensors.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "ops/ops.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;
using testing::ThrowsMessage;
using testing::UnorderedElementsAre;

using Layers = std::vector<int>;
using Extents = std::vector<std::int64_t>;

Model make_model(const Layers& layers) { return mlp(layers, sigmoid, squared_error); }

const Normalization normalization{.mean = {0.25F, 0.5F, 0.1F}, .scale = {1.0F, 2.0F, 0.3F}};
const ModelMetadata metadata{{"format", "pt"}, {"activation", "sigmoid"}};

/// 3-2-2 with parameters that tell their places: digits are layer, row and column from 1, and columns lie one after
/// another.
Model placed_model() {
  Model model = make_model({3, 2, 2});
  const auto parameters_of = model.graph->parameters();
  parameters_of[0].assign(std::vector<real>{111, 121, 112, 122, 113, 123});
  parameters_of[1].assign(std::vector<real>{110, 120});
  parameters_of[2].assign(std::vector<real>{211, 221, 212, 222});
  parameters_of[3].assign(std::vector<real>{210, 220});
  return model;
}

std::vector<std::vector<real>> parameters_of(const Model& model) {
  std::vector<std::vector<real>> values;
  for (const Tensor& parameter : model.graph->parameters()) values.push_back(parameter.to_host());
  return values;
}

TEST(SaveModel, LaysOutWhatPyTorchTakes) {
  const TempDir dir;
  save_model(dir.path() / "m", placed_model(), normalization, metadata);
  const Safetensors file = read_safetensors(dir.path() / "m");

  const auto is = [](Extents shape, const std::vector<real>& values) {
    const StoredTensor expected = StoredTensor::from<real>(values, std::move(shape));
    return AllOf(testing::Field(&StoredTensor::dtype, dtype_of<real>()),
                 testing::Field(&StoredTensor::shape, expected.shape),
                 testing::Field(&StoredTensor::bytes, expected.bytes));
  };
  EXPECT_THAT(file.tensors, UnorderedElementsAre(Pair("layers.0.weight", is({2, 3}, {111, 112, 113, 121, 122, 123})),
                                                 Pair("layers.0.bias", is({2}, {110, 120})),
                                                 Pair("layers.1.weight", is({2, 2}, {211, 212, 221, 222})),
                                                 Pair("layers.1.bias", is({2}, {210, 220})),
                                                 Pair("input.mean", is({3}, normalization.mean)),
                                                 Pair("input.scale", is({3}, normalization.scale))));
  EXPECT_EQ(file.metadata, metadata);
}

TEST(SaveModel, HasTheNormalisationOfTargetsWhereThereIsOne) {
  const TempDir dir;
  const Normalization targets{.mean = {1e12F, -3e-12F}, .scale = {5, 1e-12F}};
  save_model(dir.path() / "m", placed_model(), normalization, metadata, targets);
  const Safetensors file = read_safetensors(dir.path() / "m");
  EXPECT_EQ(file.at("target.mean").shape, (Extents{2}));
  EXPECT_THAT(file.at("target.mean").as<real>(), ElementsAreArray(targets.mean));
  EXPECT_THAT(file.at("target.scale").as<real>(), ElementsAreArray(targets.scale));
  EXPECT_EQ(describe_model(dir.path() / "m").layers, (Layers{3, 2, 2}));
  Model loaded = make_model({3, 2, 2});
  const LoadedModel rest = load_model(dir.path() / "m", loaded);
  EXPECT_EQ(rest.targets.mean, targets.mean);
  EXPECT_EQ(rest.targets.scale, targets.scale);
  EXPECT_EQ(rest.normalization.mean, normalization.mean);
}

TEST(LoadModel, TakesNumbersOfTheOtherPrecision) {
  const TempDir dir;
  const auto stored = [](double value) {
    using Other = std::conditional_t<std::is_same_v<real, float>, double, float>;
    return StoredTensor::from<Other>(std::vector<Other>{static_cast<Other>(value)}, {1});
  };
  StoredTensor weight = stored(0.1);
  weight.shape = {1, 1};
  write_safetensors(dir.path() / "m", {.tensors = {{"layers.0.weight", weight},
                                                   {"layers.0.bias", stored(-0.2)},
                                                   {"input.mean", stored(0.3)},
                                                   {"input.scale", stored(0.4)}}});
  Model model = make_model({1, 1});
  const LoadedModel loaded = load_model(dir.path() / "m", model);
  EXPECT_EQ(parameters_of(model), (std::vector<std::vector<real>>{{0.1F}, {-0.2F}}));
  EXPECT_EQ(loaded.normalization.mean, std::vector<real>{0.3F});
  EXPECT_EQ(loaded.normalization.scale, std::vector<real>{0.4F});
}

TEST(DescribeModel, TellsTheLayersAndTheMetadata) {
  const TempDir dir;
  for (const Layers& layers : {Layers{3, 5, 4, 2}, Layers{3, 1}}) {
    save_model(dir.path() / "m", make_model(layers), normalization, metadata);
    const ModelDescription description = describe_model(dir.path() / "m");
    EXPECT_EQ(description.layers, layers);
    EXPECT_EQ(description.metadata, metadata);
  }
}

TEST(DescribeModel, RefusesWhatIsNoChainOfLayers) {
  struct Case {
    std::string name;
    Extents shape;
    std::string message;
  };
  const TempDir dir;
  save_model(dir.path() / "good", make_model({3, 2, 2}), normalization, {});
  const std::string path = (dir.path() / "changed").string();
  for (const auto& [name, shape, message] :
       {Case{"layers.0.weight", {6}, R"(tensor "layers.0.weight" has shape [6], expected [out, in])"},
        {"layers.1.weight", {0, 2}, R"(tensor "layers.1.weight" has shape [0, 2], expected [out, in])"},
        {"layers.1.weight", {4, 4}, R"("layers.1.weight" has shape [4, 4], expected 2 inputs, the outputs of )"}}) {
    Safetensors file = read_safetensors(dir.path() / "good");
    file.tensors[name] = {DType::F32, shape, std::vector<std::byte>(*byte_count(DType::F32, shape))};
    write_safetensors(path, file);
    EXPECT_THAT([&] { describe_model(path); },
                ThrowsMessage<Error>(AllOf(StartsWith(path + ": "), HasSubstr(message), Not(HasSubstr("\n")))));
  }
  write_safetensors(path, {.tensors = {{"weights", StoredTensor::from<float>(std::vector<float>(1), {1, 1})}}});
  EXPECT_THAT([&] { describe_model(path); },
              ThrowsMessage<Error>(path + R"(: has no tensor NAME.weight [out, in] of a layer, only "weights")"));
}

TEST(LoadModel, RestoresEveryBit) {
  Model saved = make_model({3, 5, 4, 2});
  Random random(1, Random::Stream::Test);
  for (Tensor& parameter : saved.graph->parameters()) {
    std::vector<real> values(parameter.size());
    for (real& value : values) value = static_cast<real>(random.normal());
    parameter.assign(values);
  }
  const TempDir dir;
  save_model(dir.path() / "m", saved, normalization, metadata);

  Model loaded = make_model({3, 5, 4, 2});
  const auto [loaded_normalization, loaded_metadata, loaded_targets] = load_model(dir.path() / "m", loaded);
  EXPECT_EQ(parameters_of(loaded), parameters_of(saved));
  EXPECT_EQ(loaded_normalization.mean, normalization.mean);
  EXPECT_EQ(loaded_normalization.scale, normalization.scale);
  EXPECT_EQ(loaded_metadata, metadata);
  EXPECT_TRUE(loaded_targets.empty());
}

TEST(LoadModel, RefusesWhatDoesNotFitAndLeavesTheModelAlone) {
  using Change = std::function<void(Safetensors&)>;
  const auto without = [](const std::string& name) { return [name](Safetensors& file) { file.tensors.erase(name); }; };
  const auto with = [](const std::string& name, const StoredTensor& tensor) {
    return [name, tensor](Safetensors& file) { file.tensors[name] = tensor; };
  };
  const auto zeros = [](Extents shape, std::size_t count) {
    return StoredTensor::from<float>(std::vector<float>(count), std::move(shape));
  };
  struct Case {
    Change change;
    std::string message;
  };
  const std::vector<Case> cases = {
      {without("layers.0.weight"), R"(has no tensor "layers.0.weight", only )"},
      {without("input.mean"), "has input.scale but no input.mean, expected both or neither"},
      {without("input.scale"), "has input.mean but no input.scale, expected both or neither"},
      {with("layers.0.weight", zeros({2, 4}, 8)),
       R"(tensor "layers.0.weight" is F32 [2, 4], expected F16, BF16, F32 or F64 [2, 3])"},
      {with("layers.0.weight", zeros({6}, 6)), R"(tensor "layers.0.weight" has shape [6], expected [out, in])"},
      {with("layers.1.bias", zeros({2, 1}, 2)),
       R"(tensor "layers.1.bias" is F32 [2, 1], expected F16, BF16, F32 or F64 [2])"},
      {with("layers.1.bias", zeros({3}, 3)), R"("layers.1.bias" is F32 [3], expected F16, BF16, F32 or F64 [2])"},
      {with("input.scale", zeros({4}, 4)), R"("input.scale" is F32 [4], expected F16, BF16, F32 or F64 [3])"},
      {with("layers.1.bias", StoredTensor::from<std::int64_t>(std::vector<std::int64_t>{1, 2}, {2})),
       R"("layers.1.bias" is I64 [2], expected F16, BF16, F32 or F64 [2])"},
      {with("layers.2.weight", zeros({2, 2}, 4)), R"(has 3 layers, the last of tensor "layers.2.weight", expected 2)"},
      {with("target.mean", zeros({2}, 2)), "has target.mean but no target.scale, expected both or neither"},
      {with("target.scale", zeros({2}, 2)), "has target.scale but no target.mean, expected both or neither"},
      {[&](Safetensors& file) {
         with("target.mean", zeros({3}, 3))(file);
         with("target.scale", zeros({2}, 2))(file);
       },
       R"("target.mean" is F32 [3], expected F16, BF16, F32 or F64 [2])"},
  };
  const TempDir dir;
  save_model(dir.path() / "good", make_model({3, 2, 2}), normalization, metadata);
  const std::string path = (dir.path() / "changed").string();
  Model model = placed_model();
  for (const Case& one : cases) {
    Safetensors file = read_safetensors(dir.path() / "good");
    one.change(file);
    write_safetensors(path, file);
    EXPECT_THAT([&] { load_model(path, model); },
                ThrowsMessage<Error>(AllOf(StartsWith(path + ": "), HasSubstr(one.message), Not(HasSubstr("\n")))));
    EXPECT_EQ(parameters_of(model), parameters_of(placed_model())) << one.message;
  }
}

TEST(LoadModel, NamesAFileThatIsMissingOrDamaged) {
  const TempDir dir;
  Model model = placed_model();
  const std::string missing = (dir.path() / "missing").string();
  EXPECT_THAT([&] { load_model(missing, model); },
              ThrowsMessage<Error>(missing + ": cannot open: No such file or directory"));

  save_model(dir.path() / "m", make_model({3, 2, 2}), normalization, metadata);
  const std::string whole = dir.read("m");
  const std::string damaged = dir.write("damaged", whole.substr(0, whole.size() - 1)).string();
  EXPECT_THAT([&] { load_model(damaged, model); }, ThrowsMessage<Error>(StartsWith(damaged + ": ")));
  EXPECT_EQ(parameters_of(model), parameters_of(placed_model()));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
