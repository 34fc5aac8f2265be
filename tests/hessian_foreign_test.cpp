#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/dataset.h"
#include "framework/io/safetensors.h"
#include "tests/support/hessian_tool.h"
#include "tests/support/matrices.h"

/// tools/hessian on networks that other programs wrote.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const TrainedRun& changed_run() {
  static const TrainedRun run("sigmoid", "cross-entropy");
  return run;
}

std::string in_run(const std::string& name) { return (changed_run().dir().path() / name).string(); }

/// Options for the trained network as its file was changed, without metadata but PyTorch's.
Options options_for(const std::string& name, const std::function<void(Safetensors&)>& change) {
  Safetensors file = read_safetensors(changed_run().model_file());
  file.metadata = {{"format", "pt"}};
  change(file);
  write_safetensors(in_run(name), file);
  return with(changed_run().options(),
              {{"model", in_run(name)}, {"activation", "sigmoid"}, {"criterion", "cross-entropy"}});
}

void rename_layers(Safetensors& file, const std::vector<std::string>& names) {
  // From the last to the first: "layers.1" may become "layers.2".
  for (std::size_t layer = names.size(); layer-- > 0;) {
    for (const char* kind : {".weight", ".bias"}) {
      auto tensor = file.tensors.extract("layers." + std::to_string(layer) + kind);
      tensor.key() = names[layer] + kind;
      file.tensors.insert(std::move(tensor));
    }
  }
}

/// What the program prints, and the blocks that it writes.
std::pair<std::string, std::string> results(const Options& options) {
  const ProcessResult result = run_hessian(options);
  EXPECT_EQ(result.status, 0) << result.err;
  return {result.out, changed_run().dir().read("blocks")};
}

TEST(HessianForeign, ReadsLayersByAnyName) {
  const auto [ours, blocks] = results(changed_run().options());
  EXPECT_THAT(ours,
              AllOf(Not(HasSubstr("the layers in order")), Not(HasSubstr("not used")), Not(HasSubstr("input.mean"))));
  // A gap in the numbers ended the network once.
  for (const std::vector<std::string>& names : {std::vector<std::string>{"0", "2", "4"},
                                                {"module.net.8", "module.net.9", "module.net.10"},
                                                {"fc1", "fc2", "fc3"},
                                                {"layers.0", "layers.2", "layers.4"},
                                                {"z", "y", "x"}}) {
    const auto [out, same] = results(options_for("renamed", [&](Safetensors& file) { rename_layers(file, names); }));
    EXPECT_THAT(out, HasSubstr(in_run("renamed") + ": the layers in order are \"" + names[0] + ".weight\", \"" +
                               names[1] + ".weight\", \"" + names[2] + ".weight\"\n"));
    EXPECT_THAT(out, HasSubstr("network 36-8-6-10"));
    EXPECT_TRUE(same == blocks) << names[0];
  }
}

TEST(HessianForeign, UsesInputsAsTheyAreWithoutAStandardisation) {
  const auto [out, blocks] = results(options_for("plain", [](Safetensors& file) {
    file.tensors.erase("input.mean");
    file.tensors.erase("input.scale");
    file.tensors["1.num_batches_tracked"] = StoredTensor::from<std::int64_t>(std::vector<std::int64_t>{7}, {});
  }));
  EXPECT_THAT(out, HasSubstr(in_run("plain") + ": has no input.mean and input.scale; inputs are used as byte/255\n"));
  EXPECT_THAT(out, HasSubstr(in_run("plain") + ": not used: \"1.num_batches_tracked\"\n"));
  const Dataset data = dataset_format("fashion-mnist").load(in_run("data"), {}).train;
  const Matrix inputs = matrix(changed_run().blocks(), "inputs");
  // Every sample of the batch is one of the data set's.
  int found = 0;
  for (int i = 0; i < inputs.rows; ++i) {
    for (int sample = 0; sample < data.size(); ++sample) {
      bool same = true;
      for (int j = 0; j < inputs.cols; ++j) {
        const double expected = data.sample(sample)[static_cast<std::size_t>(j)] / 255.0;
        same = same && std::abs(inputs(i, j) - expected) < 1e-12;
      }
      found += same ? 1 : 0;
    }
  }
  EXPECT_GE(found, inputs.rows);
}

/// The tensor with its floats cut to their upper halves: as BF16, or as F32 with zeros.
StoredTensor cut(const StoredTensor& tensor, bool as_halves) {
  StoredTensor halves{as_halves ? DType::BF16 : DType::F32, tensor.shape, {}};
  for (std::size_t i = 0; i < tensor.bytes.size(); i += 4) {
    if (!as_halves) halves.bytes.insert(halves.bytes.end(), 2, std::byte{0});
    halves.bytes.insert(halves.bytes.end(), {tensor.bytes[i + 2], tensor.bytes[i + 3]});
  }
  return halves;
}

TEST(HessianForeign, ReadsHalvesAsTheNumbersThatTheyAre) {
  std::vector<std::string> blocks;
  for (const bool as_halves : {false, true}) {
    blocks.push_back(results(options_for("cut", [&](Safetensors& file) {
                       for (auto& [name, tensor] : file.tensors) tensor = cut(tensor, as_halves);
                     })).second);
  }
  EXPECT_TRUE(blocks[0] == blocks[1]);
  EXPECT_FALSE(blocks[0] == results(changed_run().options()).second);
}

TEST(HessianForeign, TakesAMissingBiasForZero) {
  const auto [with_zeros, blocks] = results(options_for("zeros", [](Safetensors& file) {
    for (std::byte& byte : file.tensors["layers.1.bias"].bytes) byte = std::byte{0};
  }));
  const auto [out, same] =
      results(options_for("zeros", [](Safetensors& file) { file.tensors.erase("layers.1.bias"); }));
  EXPECT_EQ(out, with_zeros);
  EXPECT_TRUE(same == blocks);
}

TEST(HessianForeign, RefusesWhatIsNoFullyConnectedNetwork) {
  const auto expect_error = [](const Options& options, int status, const std::string& message) {
    const ProcessResult result = run_hessian(options);
    EXPECT_EQ(result.status, status);
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
  };
  const auto ones = [](std::vector<std::int64_t> shape, std::size_t count) {
    return StoredTensor::from<float>(std::vector<float>(count, 1), std::move(shape));
  };
  expect_error(
      options_for("norm", [&](Safetensors& file) { file.tensors["1.weight"] = ones({8}, 8); }), 1,
      in_run("norm") + R"(: tensor "1.weight" has shape [8], expected [out, in], because every layer must be )");
  expect_error(options_for("image",
                           [&](Safetensors& file) {
                             file.tensors["conv.weight"] = ones({2, 1, 3, 3}, 18);
                           }),
               1, in_run("image") + R"(: tensor "conv.weight" has shape [2, 1, 3, 3], expected [out, in])");
  // The names of an autoencoder, in whose order the layers follow one another, though not as they should.
  expect_error(options_for("turned",
                           [&](Safetensors& file) {
                             for (int layer = 0; layer < 3; ++layer)
                               file.tensors.erase("layers." + std::to_string(layer) + ".bias");
                             file.tensors.erase("layers.0.weight");
                             file.tensors.erase("layers.1.weight");
                             file.tensors.erase("layers.2.weight");
                             file.tensors["decoder.weight"] = ones({36, 8}, 288);
                             file.tensors["encoder.weight"] = ones({8, 36}, 288);
                           }),
               2,
               R"(from 8 inputs to 8 outputs, expected 36 and 10, the features and classes of fashion-mnist; )"
               R"(the layers in order are "decoder.weight", "encoder.weight")");
  changed_run().dir().write("model.pt", "PK\3\4 and more");
  expect_error(with(changed_run().options(), {{"model", in_run("model.pt")}}), 1,
               in_run("model.pt") +
                   ": is a zip file, such as torch.save() writes, expected a safetensors file, as "
                   "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
