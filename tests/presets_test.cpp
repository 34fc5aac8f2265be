#include "tools/command_line/presets.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "ops/ops.h"
#include "second_order/layer_factors.h"
#include "second_order/second_order.h"
#include "tests/support/network.h"
#include "tests/support/parse_options.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Arguments base{"--output", "o"};

/// All that a preset may set, and what comes of it.
std::map<std::string, std::string> settings_of(const Arguments& arguments) {
  return parse_options(base + arguments).settings();
}

Arguments preset(std::string_view name) { return {"--preset", std::string(name)}; }

/// What `preset` has otherwise than `other`, as options.
Arguments spelled_out(const Preset& preset, const Preset& other) {
  Arguments arguments;
  const auto others = values_of(other);
  for (const auto& [option, value] : values_of(preset)) {
    if (std::ranges::find(others, std::pair(option, value)) != others.end()) continue;
    arguments.push_back("--" + option);
    arguments.push_back(value);
  }
  return arguments;
}

TEST(Presets, AreWhatTheirOptionsSay) {
  ASSERT_EQ(presets().size(), 2U);
  for (const Preset& from : presets()) {
    for (const Preset& over : presets()) {
      EXPECT_EQ(settings_of(preset(over.name) + spelled_out(from, over)), settings_of(preset(from.name)))
          << from.name << " over " << over.name;
    }
  }
  EXPECT_NE(settings_of(preset("paper")), settings_of(preset("default")));
  EXPECT_EQ(settings_of({}), settings_of(preset("default")));
}

/// The options of tools/train and of the library, which programs use, take the same steps.
TEST(Presets, TheDefaultIsWhatTheLibraryRecommends) {
  const auto trained = [](const auto& make) {
    RandomNetwork network({6, 5, 3}, sigmoid, softmax_cross_entropy, 4);
    const std::unique_ptr<Optimizer> optimizer = make(*network.plan);
    for (int step = 0; step < 25; ++step) {
      network.run();
      EXPECT_TRUE(optimizer->step().taken);
    }
    std::vector<std::vector<real>> all;
    for (const Tensor& parameter : network.model.graph->parameters()) all.push_back(parameter.to_host());
    return all;
  };
  const auto of_library = trained([](Plan& plan) { return std::make_unique<SecondOrder>(plan); });
  EXPECT_EQ(trained([](Plan& plan) { return make_optimizer(parse_options(base), plan, 1); }), of_library);
  EXPECT_NE(trained([](Plan& plan) { return make_optimizer(parse_options(base + preset("paper")), plan, 1); }),
            of_library);
}

TEST(Presets, HaveThePapersMethod) {
  const TrainOptions paper = parse_options(base + preset("paper"));
  EXPECT_EQ(paper.curvature, &pch_1);
  EXPECT_EQ(paper.solver->name, "ea-cg");
  EXPECT_EQ(paper.learning_rate, 0.1);
  EXPECT_EQ(paper.damping.kind, DampingKind::Fixed);
  EXPECT_EQ(paper.damping.alpha, 0.02);
  EXPECT_EQ(paper.trust_region, 0);
  EXPECT_EQ(paper.momentum, 0);
  EXPECT_EQ(paper.averaging, 0);
  EXPECT_EQ(paper.average_inputs, FactorAverages::widest);
  EXPECT_EQ(paper.rank, 1);
  EXPECT_EQ(paper.curvature_every, 1);
  EXPECT_EQ(paper.cg.max_iterations, 50);
  EXPECT_EQ(paper.cg.tolerance, 0.1);
  EXPECT_EQ(paper.batch_size, 500);
}

TEST(Presets, GiveWayToWhatIsGiven) {
  const auto given = Arguments{"--batch-size", "17", "--momentum", "0.25", "--solver", "kfi"};
  for (const Preset& one : presets()) {
    const TrainOptions options = parse_options(base + preset(one.name) + given);
    EXPECT_EQ(options.batch_size, 17) << one.name;
    EXPECT_EQ(options.momentum, 0.25) << one.name;
    EXPECT_EQ(options.solver->name, "kfi") << one.name;
    auto expected = settings_of(preset(one.name) + Arguments{"--solver", "kfi"});
    expected["batch-size"] = "17";
    expected["momentum"] = "0.25";
    EXPECT_EQ(options.settings(), expected) << one.name;
  }
}

TEST(Presets, GiveWayToAFileThatMayNameOne) {
  const TempDir dir;
  const std::string file = dir.write("c", "preset = paper\nbatch-size = 17\n").string();
  auto expected = settings_of(preset("paper"));
  expected["batch-size"] = "17";
  EXPECT_EQ(settings_of({"--config", file}), expected);
  expected = settings_of(preset("default"));
  expected["batch-size"] = "17";
  EXPECT_EQ(settings_of(preset("default") + Arguments{"--config", file}), expected);
}

/// What is of the preset is by default: it has been asked for by no one, and is not refused where it has no effect.
TEST(Presets, LeaveOtherOptimizersTheirOwn) {
  EXPECT_EQ(parse_options(base + Arguments{"--optimizer", "sgd"}).momentum, 0.9);
  EXPECT_EQ(settings_of({"--optimizer", "adam"}).count("solver"), 0U);
}

TEST(Presets, DescribeWhatTheyMakeOfAnOption) {
  EXPECT_THAT(with_presets("solver", "what solves"), testing::StartsWith("what solves; by default kfi-joined"));
  EXPECT_THAT(with_presets("solver", "what solves"), HasSubstr(", with --preset paper ea-cg"));
  EXPECT_EQ(with_presets("solver", "what solves", "paper"),
            "what solves; by default ea-cg, with --preset default kfi-joined");
  EXPECT_EQ(with_presets("curvature", "G"), "G; by default pch-1") << "the same in both";
}

TEST(Presets, AreKnownByName) {
  EXPECT_THAT(
      [] {
        settings_of({"--preset", "mine"});
      },
      ThrowsMessage<UsageError>("--preset: unknown preset 'mine', expected one of default, paper"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
