#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/io/safetensors.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "models/network.h"
#include "ops/ops.h"
#include "tests/support/temp_dir.h"

/// Files of networks that other programs wrote.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

using Extents = std::vector<std::int64_t>;
using Tensors = std::map<std::string, StoredTensor>;

/// A tensor of 16 bits an element.
StoredTensor half_bits(DType dtype, const std::vector<std::uint16_t>& bits, Extents shape) {
  const auto bytes = std::as_bytes(std::span(bits));
  return {dtype, std::move(shape), {bytes.begin(), bytes.end()}};
}

StoredTensor floats(const std::vector<float>& values, Extents shape) {
  return StoredTensor::from<float>(values, std::move(shape));
}

/// Without numbers that matter.
StoredTensor zeros(Extents shape, DType dtype = DType::F32) {
  return {dtype, shape, std::vector<std::byte>(*byte_count(dtype, shape))};
}

std::string write(const TempDir& dir, const Tensors& tensors, const ModelMetadata& metadata = {{"format", "pt"}}) {
  const auto path = dir.path() / "foreign.safetensors";
  write_safetensors(path, {.tensors = tensors, .metadata = metadata});
  return path.string();
}

/// The names of the layers with these tensors, in order.
std::vector<std::string> weights(const Tensors& tensors) {
  const TempDir dir;
  return describe_model(write(dir, tensors)).weights;
}

TEST(ForeignModel, HasItsLayersInTheOrderOfTheirNumbers) {
  // As nn.Sequential numbers its modules: activations between have no tensors.
  for (const std::string prefix : {"", "net.", "module.net.", "layers."}) {
    Tensors tensors;
    std::vector<std::string> expected;
    for (const int layer : {0, 2, 4, 10}) {
      const std::string name = prefix + std::to_string(layer);
      tensors[name + ".weight"] = zeros({8, 8});
      tensors[name + ".bias"] = zeros({8});
      expected.push_back(name + ".weight");
    }
    EXPECT_EQ(weights(tensors), expected);
  }
}

TEST(ForeignModel, HasItsLayersInTheOrderOfTheirNames) {
  EXPECT_THAT(weights({{"fc1.weight", zeros({8, 8})}, {"fc2.weight", zeros({8, 8})}, {"fc10.weight", zeros({2, 8})}}),
              ElementsAre("fc1.weight", "fc2.weight", "fc10.weight"));
  EXPECT_THAT(weights({{"encoder.weight", zeros({4, 8})}, {"head.weight", zeros({2, 4})}}),
              ElementsAre("encoder.weight", "head.weight"));
  // These follow one another in no order but this.
  EXPECT_THAT(
      weights({{"hidden.weight", zeros({6, 8})}, {"input.weight", zeros({8, 36})}, {"output.weight", zeros({10, 6})}}),
      ElementsAre("input.weight", "hidden.weight", "output.weight"));
  EXPECT_THAT(weights({{"weight", zeros({2, 3})}, {"bias", zeros({2})}}), ElementsAre("weight"));  // nn.Linear
}

TEST(ForeignModel, IsDescribedByItsWeights) {
  const TempDir dir;
  const std::string path = write(dir,
                                 {{"0.weight", zeros({5, 3}, DType::F16)},
                                  {"0.bias", zeros({5}, DType::F16)},
                                  {"1.num_batches_tracked", zeros({}, DType::I64)},
                                  {"1.running_mean", zeros({5})},
                                  {"2.mask", zeros({2, 5}, DType::Bool)},
                                  {"2.weight", zeros({2, 5}, DType::F16)},
                                  {"input.mean", zeros({3})},
                                  {"input.scale", zeros({3})}},
                                 {{"format", "pt"}, {"author", "someone"}});
  const ModelDescription description = describe_model(path);
  EXPECT_THAT(description.layers, ElementsAre(3, 5, 2));
  EXPECT_THAT(description.weights, ElementsAre("0.weight", "2.weight"));
  EXPECT_THAT(description.unused, ElementsAre("1.num_batches_tracked", "1.running_mean", "2.mask"));
  EXPECT_EQ(description.metadata.at("author"), "someone");
}

TEST(ForeignModel, IsRefusedIfALayerWouldBeMissing) {
  struct Case {
    Tensors tensors;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{{"0.weight", zeros({8, 3, 5, 5})}, {"3.weight", zeros({2, 8})}},
       R"(tensor "0.weight" has shape [8, 3, 5, 5], expected [out, in], because every layer must be fully connected)"},
      {{{"0.weight", zeros({8, 3})}, {"1.weight", zeros({8})}, {"2.weight", zeros({2, 8})}},
       R"(tensor "1.weight" has shape [8], expected [out, in])"},
      {{{"0.weight", zeros({8, 3})}, {"1.weight", zeros({})}}, R"(tensor "1.weight" has shape [], expected [out, in])"},
      {{{"0.weight", zeros({0, 3})}}, R"(tensor "0.weight" has shape [0, 3], expected [out, in])"},
      // Weight normalisation has tensors of its own in place of weight.
      {{{"0.weight", zeros({8, 3})}, {"2.bias", zeros({2})}, {"2.weight_v", zeros({2, 8})}},
       R"(has no tensor "2.weight", only "0.weight", "2.bias", "2.weight_v")"},
      {{{"lstm.weight_ih_l0", zeros({8, 3})}},
       R"(has no tensor NAME.weight [out, in] of a layer, only "lstm.weight_ih_l0")"},
      {{}, R"(has no tensor NAME.weight [out, in] of a layer, only none at all)"},
  };
  for (const auto& [tensors, message] : cases) {
    const TempDir dir;
    const std::string path = write(dir, tensors);
    EXPECT_THAT([&] { describe_model(path); },
                ThrowsMessage<Error>(AllOf(StartsWith(path + ": "), HasSubstr(message), Not(HasSubstr("\n")))));
  }
}

TEST(ForeignModel, IsRefusedIfItsLayersDoNotFollowOneAnother) {
  struct Case {
    Tensors tensors;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{{"0.weight", zeros({8, 3})}, {"2.weight", zeros({6, 9})}, {"4.weight", zeros({2, 6})}},
       R"(tensor "2.weight" has shape [6, 9], expected 8 inputs, the outputs of "0.weight")"},
      // 3-8-2 and 3-8-1 by two networks' names.
      {{{"critic.0.weight", zeros({8, 3})},
        {"critic.2.weight", zeros({1, 8})},
        {"actor.0.weight", zeros({8, 3})},
        {"actor.head.weight", zeros({2, 8})}},
       R"(tensor "critic.0.weight" has shape [8, 3], expected 2 inputs, the outputs of "actor.head.weight"; these )"
       R"(may be 2 networks, "actor", "critic": save the state_dict() of one of them)"},
      {{{"a.0.weight", zeros({8, 3})},
        {"b.0.weight", zeros({8, 3})},
        {"c.0.weight", zeros({8, 3})},
        {"d.0.weight", zeros({8, 3})},
        {"e.0.weight", zeros({8, 3})}},
       R"(; these may be 5 networks, "a", "b", "c", "d", ...: save)"},
  };
  for (const auto& [tensors, message] : cases) {
    const TempDir dir;
    const std::string path = write(dir, tensors);
    EXPECT_THAT([&] { describe_model(path); },
                ThrowsMessage<Error>(AllOf(StartsWith(path + ": "), HasSubstr(message), Not(HasSubstr("\n")))));
  }
  const TempDir dir;
  const std::string path = write(dir, cases[0].tensors);
  EXPECT_THAT([&] { describe_model(path); }, ThrowsMessage<Error>(Not(HasSubstr("networks"))));
}

/// Of 2-2-1.
Model small_model() { return mlp({2, 2, 1}, relu, squared_error); }

std::vector<std::vector<real>> parameters_of(const Model& model) {
  std::vector<std::vector<real>> values;
  for (const Tensor& parameter : model.graph->parameters()) values.push_back(parameter.to_host());
  return values;
}

TEST(ForeignModel, IsLoadedFromEveryTypeOfNumber) {
  const TempDir dir;
  // 1, 2, 3 and 4; 0.5 and 2^-24, a subnormal; -2 and 1; no second bias.
  const std::string path =
      write(dir, {{"net.9.weight", half_bits(DType::F16, {0x3c00, 0x4000, 0x4200, 0x4400}, {2, 2})},
                  {"net.9.bias", half_bits(DType::F16, {0x3800, 0x0001}, {2})},
                  {"net.10.weight", half_bits(DType::BF16, {0xc000, 0x3f80}, {1, 2})}});
  Model model = small_model();
  model.graph->parameters()[3].assign(std::vector<real>{7});
  const LoadedModel loaded = load_model(path, model);
  EXPECT_EQ(parameters_of(model),
            (std::vector<std::vector<real>>{{1, 3, 2, 4}, {0.5F, static_cast<real>(0x1p-24F)}, {-2, 1}, {0}}));
  EXPECT_TRUE(loaded.normalization.empty());
  EXPECT_TRUE(loaded.targets.empty());

  write(dir, {{"0.weight", StoredTensor::from<double>(std::vector<double>{1, 2, 3, 4}, {2, 2})},
              {"0.bias", floats({5, 6}, {2})},
              {"1.weight", floats({7, 8}, {1, 2})},
              {"1.bias", StoredTensor::from<double>(std::vector<double>{0.1}, {1})}});
  load_model(path, model);
  EXPECT_EQ(parameters_of(model),
            (std::vector<std::vector<real>>{{1, 3, 2, 4}, {5, 6}, {7, 8}, {static_cast<real>(0.1)}}));
}

TEST(ForeignModel, NamesTheFirstNumberThatIsNotFinite) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const TempDir dir;
  const Tensors good = {{"0.weight", floats({1, 2, 3, 4}, {2, 2})},
                        {"0.bias", floats({1, 2}, {2})},
                        {"1.weight", floats({1, 2}, {1, 2})},
                        {"input.mean", floats({0, 0}, {2})},
                        {"input.scale", floats({1, 1}, {2})}};
  struct Case {
    std::string name;
    StoredTensor tensor;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"0.weight", floats({1, 2, kNan, kInfinity}, {2, 2}),
       R"(tensor "0.weight" holds nan at [1, 0], expected numbers )"},
      {"0.bias", floats({1, -kInfinity}, {2}), R"(tensor "0.bias" holds -inf at [1])"},
      {"1.weight", half_bits(DType::F16, {0x3c00, 0x7c00}, {1, 2}), R"(tensor "1.weight" holds inf at [0, 1])"},
      {"1.weight", half_bits(DType::BF16, {0x7fc0, 0x3f80}, {1, 2}), R"(tensor "1.weight" holds nan at [0, 0])"},
      {"input.mean", floats({0, kNan}, {2}), R"(tensor "input.mean" holds nan at [1])"},
  };
  Model model = small_model();
  const auto before = parameters_of(model);
  for (const auto& [name, tensor, message] : cases) {
    Tensors tensors = good;
    tensors[name] = tensor;
    const std::string path = write(dir, tensors);
    EXPECT_THAT([&] { load_model(path, model); }, ThrowsMessage<Error>(AllOf(StartsWith(path), HasSubstr(message))));
    EXPECT_EQ(parameters_of(model), before);
  }
  Tensors large = good;
  large["0.bias"] = StoredTensor::from<double>(std::vector<double>{1, 1e300}, {2});
  const std::string path = write(dir, large);
  if constexpr (sizeof(real) == sizeof(double)) {
    load_model(path, model);
    EXPECT_EQ(static_cast<double>(parameters_of(model)[1][1]), 1e300);
  } else {
    EXPECT_THAT(
        [&] { load_model(path, model); },
        ThrowsMessage<Error>(HasSubstr(R"("0.bias" holds inf at [1], expected numbers that are finite in float)")));
  }
}

const Tensors kLinear = {{"0.weight", floats({2, -1}, {1, 2})}, {"0.bias", floats({3}, {1})}};

TEST(ForeignModel, IsANetworkIfItsMetadataSaysWhatItIs) {
  const TempDir dir;
  const std::string path = write(dir, kLinear);
  EXPECT_THAT([&] { Network::load(path); },
              ThrowsMessage<Error>(path + ": does not say its activation, expected a file of Network::save() or "
                                          "tools/train, or metadata with activation, criterion and task; load_model() "
                                          "reads a file without them"));
  write(dir, kLinear,
        {{"format", "pt"}, {"activation", "relu"}, {"criterion", "squared-error"}, {"task", "regression"}});
  Network network = Network::load(path);
  EXPECT_THAT(network.layers(), ElementsAre(2, 1));
  EXPECT_FALSE(network.is_standardised());
  EXPECT_THAT(network.predict(std::vector<real>{1, 2, 5, 0}), ElementsAre(3, 13));
}

TEST(ForeignModel, StandardisesTargetsWithoutInputs) {
  const TempDir dir;
  Tensors tensors = kLinear;
  tensors["target.mean"] = floats({100}, {1});
  tensors["target.scale"] = floats({10}, {1});
  Network network = Network::load(
      write(dir, tensors, {{"activation", "relu"}, {"criterion", "squared-error"}, {"task", "regression"}}));
  EXPECT_TRUE(network.is_standardised());
  EXPECT_THAT(network.inputs().mean, ElementsAre(0, 0));
  EXPECT_THAT(network.predict(std::vector<real>{1, 2}), ElementsAre(130));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
