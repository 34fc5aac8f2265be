#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/processors.h"
#include "ops/ops.h"
#include "ops/registry.h"
#include "second_order/options.h"
#include "tests/support/parse_options.h"
#include "tests/support/temp_dir.h"
#include "tools/train/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(TrainOptions, HasDefaultsForAllButTheOutput) {
  const TrainOptions options = parse_options({"--output", "out"});
  EXPECT_EQ(options.dataset->name, "fashion-mnist");
  EXPECT_EQ(options.data, "/usr/share/datasets/fashion-mnist");
  EXPECT_EQ(options.normalize, Normalize::Channel);
  EXPECT_THAT(options.layers, ElementsAre(784, 512, 256, 128, 64, 32, 16, 10));
  EXPECT_EQ(options.activation, &sigmoid);
  EXPECT_EQ(options.criterion, &softmax_cross_entropy);
  EXPECT_EQ(options.kind, &optimizer_kind("second-order"));
  EXPECT_EQ(options.curvature, &pch_1);
  EXPECT_EQ(options.solver->name, "kfi-joined");
  EXPECT_EQ(options.learning_rate, 0.1);
  EXPECT_EQ(options.damping.alpha, 0.02);
  EXPECT_EQ(options.damping.kind, DampingKind::Relative);
  EXPECT_GT(options.damping.rho, 0);
  EXPECT_EQ(options.averaging, kAutomatic);
  EXPECT_EQ(options.curvature_every, kAutomatic);
  EXPECT_EQ(options.average_inputs, 128);
  EXPECT_EQ(options.rank, 1);
  EXPECT_EQ(options.cg.max_iterations, 50);
  EXPECT_EQ(options.cg.tolerance, 0.1);
  EXPECT_EQ(options.weight_decay, kAutomatic);
  EXPECT_EQ(options.schedule.kind, LearningRateSchedule::Kind::Constant);
  EXPECT_EQ(options.schedule.warm_up, 0);
  EXPECT_FALSE(options.tf32);
  EXPECT_FALSE(options.settings().contains("tf32"));
  EXPECT_EQ(options.epochs, 10);
  EXPECT_EQ(options.seed, 1U);
  EXPECT_EQ(options.threads, default_threads());
  EXPECT_EQ(options.output, "out");
  EXPECT_EQ(options.resume, std::nullopt);
}

TEST(TrainOptions, TakesTheLayersOfTheDataset) {
  const TrainOptions options = parse_options({"--output", "out", "--dataset", "cifar-10", "--data", "d"});
  EXPECT_THAT(options.layers, ElementsAre(3072, 1024, 512, 256, 128, 64, 32, 16, 10));
  EXPECT_EQ(options.data, "d");
}

TEST(TrainOptions, HasNoLayersForImagesOfAnySize) {
  const Arguments images{"--output", "out", "--dataset", "image-folder", "--data", "d"};
  const TrainOptions options = parse_options(images);
  EXPECT_THAT(options.layers, IsEmpty());
  EXPECT_EQ(options.data_options.image_size, 0);
  EXPECT_FALSE(options.data_options.skip_broken);

  const TrainOptions given = parse_options(images + Arguments{"--image-size", "16384", "--skip-broken"});
  EXPECT_EQ(given.data_options.image_size, 16384);
  EXPECT_TRUE(given.data_options.skip_broken);
}

TEST(TrainOptions, ReadsEveryOption) {
  const TrainOptions first = parse_options({"--dataset=cifar-10",
                                            "--data=d",
                                            "--normalize=feature",
                                            "--layers=3072-5-10",
                                            "--activation=gelu",
                                            "--criterion=bounded",
                                            "--preset=paper",
                                            "--curvature=pch-2",
                                            "--solver=ea-cg",
                                            "--rank=4",
                                            "--learning-rate=2e-3",
                                            "--alpha=1",
                                            "--trust-region=0.5",
                                            "--momentum=0.25",
                                            "--averaging=0.75",
                                            "--curvature-every=6",
                                            "--max-cg=7",
                                            "--cg-tolerance=0",
                                            "--batch-size=1",
                                            "--epochs=3",
                                            "--seed=18446744073709551615",
                                            "--threads=2",
                                            "--output=o",
                                            "--resume=r",
                                            "--tf32"});
  EXPECT_TRUE(first.tf32);
  EXPECT_EQ(first.settings().at("tf32"), "true");
  EXPECT_EQ(first.dataset->name, "cifar-10");
  EXPECT_EQ(first.data, "d");
  EXPECT_EQ(first.normalize, Normalize::Feature);
  EXPECT_THAT(first.layers, ElementsAre(3072, 5, 10));
  EXPECT_EQ(first.activation, &gelu);
  EXPECT_EQ(first.criterion, &bounded);
  EXPECT_EQ(first.curvature, &pch_2);
  EXPECT_EQ(first.learning_rate, 2e-3);
  EXPECT_EQ(first.solver->name, "ea-cg");
  EXPECT_EQ(first.rank, 4);
  EXPECT_EQ(first.damping.kind, DampingKind::Fixed);
  EXPECT_EQ(first.damping.alpha, 1);
  EXPECT_EQ(first.trust_region, 0.5);
  EXPECT_EQ(first.momentum, 0.25);
  EXPECT_EQ(first.averaging, 0.75);
  EXPECT_EQ(first.curvature_every, 6);
  EXPECT_EQ(first.cg.max_iterations, 7);
  EXPECT_EQ(first.cg.tolerance, 0);
  EXPECT_EQ(first.batch_size, 1);
  EXPECT_EQ(first.epochs, 3);
  EXPECT_EQ(first.seed, 18446744073709551615U);
  EXPECT_EQ(first.threads, 2);
  EXPECT_EQ(first.resume, "r");

  const TrainOptions adaptive = parse_options({"--damping", "adaptive", "--rho", "7", "--output", "o"});
  EXPECT_EQ(adaptive.damping.kind, DampingKind::Adaptive);
  EXPECT_EQ(adaptive.damping.rho, 7);

  const TrainOptions second = parse_options({"--optimizer", "sgd", "--momentum", "0", "--output", "o"});
  EXPECT_EQ(second.kind, &optimizer_kind("sgd"));
  EXPECT_EQ(second.momentum, 0);
  const TrainOptions sgd = parse_options({"--optimizer", "sgd", "--output", "o"});
  EXPECT_EQ(sgd.momentum, 0.9);
  EXPECT_EQ(sgd.learning_rate, 0.1);
}

TEST(TrainOptions, ReadsThoseOfAdamAndOfSchedules) {
  const Arguments adam{"--optimizer", "adam", "--output", "o"};
  const TrainOptions options = parse_options(adam);
  EXPECT_EQ(options.kind, &optimizer_kind("adam"));
  EXPECT_EQ(options.learning_rate, 0.001);
  EXPECT_EQ(options.adam_beta_1, 0.9);
  EXPECT_EQ(options.adam_beta_2, 0.999);
  EXPECT_EQ(options.adam_epsilon, 1e-8);
  const TrainOptions given = parse_options(
      adam + Arguments{"--learning-rate=0.5", "--adam-beta-1=0", "--adam-beta-2=0.25", "--adam-epsilon=1e-30",
                       "--weight-decay=1.5", "--learning-rate-schedule=cosine", "--warm-up=20"});
  EXPECT_EQ(given.learning_rate, 0.5);
  EXPECT_EQ(given.adam_beta_1, 0);
  EXPECT_EQ(given.adam_beta_2, 0.25);
  EXPECT_EQ(given.adam_epsilon, 1e-30);
  EXPECT_EQ(given.weight_decay, 1.5);
  EXPECT_EQ(given.schedule.kind, LearningRateSchedule::Kind::Cosine);
  EXPECT_EQ(given.schedule.warm_up, 20);
  EXPECT_EQ(
      given.describe_optimizer(),
      "adam: learning rate 0.5, weight decay 1.5, first beta 0, second beta 0.25, epsilon 1e-30, schedule cosine, 20 "
      "steps of warm-up");
}

TEST(TrainOptions, ReadsAConfigFileAfterTheCommandLine) {
  const TempDir dir;
  const std::string path = dir.write("c", "# a run\nseed = 5\nepochs=3   # three\noutput = there\n").string();
  const TrainOptions from_file = parse_options({"--config", path});
  EXPECT_EQ(from_file.seed, 5U);
  EXPECT_EQ(from_file.epochs, 3);
  EXPECT_EQ(from_file.output, "there");
  const TrainOptions overridden = parse_options({"--seed", "7", "--output", "here", "--config", path});
  EXPECT_EQ(overridden.seed, 7U);
  EXPECT_EQ(overridden.epochs, 3);
  EXPECT_EQ(overridden.output, "here");
  for (const auto& [line, expected] : {std::pair{"skip-broken = true", true}, {"skip-broken = false", false}}) {
    const std::string flag = dir.write("f", line).string();
    EXPECT_EQ(parse_options({"--dataset", "image-folder", "--data", "d", "--output", "o", "--config", flag})
                  .data_options.skip_broken,
              expected);
  }
  // A value that is the default stands above the file's too, as it was asked for.
  EXPECT_EQ(parse_options({"--config", path, "--seed", "1"}).seed, 1U);
}

TEST(TrainOptions, HelpNamesEveryOptionAndOp) {
  testing::internal::CaptureStdout();
  const std::vector<const char*> argv{"train", "--help"};
  const auto options = parse_train_options(2, argv.data());
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_EQ(options, std::nullopt);
  for (const auto& [name, value] : parse_options({"--output", "o"}).settings())
    EXPECT_THAT(help, HasSubstr("--" + name + " "));
  for (const char* name : {"data",
                           "image-size",
                           "skip-broken",
                           "preset",
                           "alpha",
                           "rank",
                           "adam-beta-1",
                           "adam-beta-2",
                           "adam-epsilon",
                           "weight-decay",
                           "learning-rate-schedule",
                           "warm-up",
                           "epochs",
                           "output",
                           "resume",
                           "find-settings",
                           "config",
                           "task",
                           "targets",
                           "target-loss"}) {
    EXPECT_THAT(help, HasSubstr(fmt::format("--{} ", name)));
  }
  for (const Op* op : activations()) EXPECT_THAT(help, HasSubstr(std::string(op->name)));
  for (const Op* op : criteria()) EXPECT_THAT(help, HasSubstr(std::string(op->name)));
}

TEST(TrainOptions, SettingsHoldWhateverDecidesTheBitsOfARun) {
  const Arguments second_order{"--output", "o", "--dataset", "cifar-10", "--data", "d"};
  const Arguments paper = second_order + Arguments{"--preset", "paper"};
  const Arguments sgd = second_order + Arguments{"--optimizer", "sgd"};
  const Arguments adam = second_order + Arguments{"--optimizer", "adam", "--weight-decay",           "0.1",
                                                  "--warm-up",   "2",    "--learning-rate-schedule", "linear"};
  const Arguments images{"--output", "o", "--dataset", "image-folder", "--data", "d", "--layers", "12-2"};
  struct Case {
    Arguments base;
    std::string option;
    std::string value;
  };
  const std::vector<Case> cases = {
      {second_order, "normalize", "none"},
      {second_order, "layers", "3072-8-10"},
      {second_order, "activation", "relu"},
      {second_order, "criterion", "squared-error"},
      {second_order, "learning-rate", "0.25"},
      {second_order, "batch-size", "20"},
      {second_order, "seed", "3"},
      {second_order, "threads", "77"},
      {second_order, "curvature", "pch-2"},
      {second_order, "rho", "0.5"},
      {second_order, "trust-region", "0.25"},
      {second_order, "momentum", "0.5"},
      {second_order, "averaging", "0.25"},
      {second_order, "average-inputs", "7"},
      {second_order, "curvature-every", "2"},
      {second_order, "damping", "adaptive"},
      {paper, "alpha", "0.5"},
      {paper, "rank", "2"},
      {paper, "max-cg", "3"},
      {paper, "cg-tolerance", "0.001"},
      {images, "image-size", "32"},
      {sgd, "momentum", "0.5"},
      {sgd, "learning-rate", "0.30000000000000004"},
      {adam, "learning-rate", "0.002"},
      {adam, "adam-beta-1", "0.5"},
      {adam, "adam-beta-2", "0.75"},
      {adam, "adam-epsilon", "1e-06"},
      {adam, "weight-decay", "0.2"},
      {adam, "learning-rate-schedule", "cosine"},
      {adam, "warm-up", "3"},
      {adam, "epochs", "4"},  // where the schedule ends
  };
  for (const auto& [base, option, value] : cases) {
    auto expected = parse_options(base).settings();
    ASSERT_TRUE(expected.contains(option)) << option;
    EXPECT_NE(expected[option], value);
    expected[option] = value;
    Arguments changed = base;  // an option may stand there once
    if (const auto given = std::ranges::find(changed, "--" + option); given != changed.end()) {
      *std::next(given) = value;
    } else {
      changed = changed + Arguments{"--" + option, value};
    }
    EXPECT_EQ(parse_options(changed).settings(), expected) << option;
  }
  EXPECT_EQ(parse_options(sgd).settings()["optimizer"], "sgd");
  EXPECT_EQ(parse_options(second_order).settings()["optimizer"], "second-order");
  EXPECT_EQ(parse_options(second_order).settings()["dataset"], "cifar-10");
}

TEST(TrainOptions, SettingsHoldNothingElse) {
  const auto settings = parse_options({"--output", "o"}).settings();
  EXPECT_EQ(parse_options({"--output", "p", "--epochs", "3", "--resume", "o", "--data", "d"}).settings(), settings);
  for (const char* option : {"preset", "alpha", "rank", "adam-beta-1", "image-size", "validation",
                             "learning-rate-schedule", "warm-up", "epochs"}) {
    EXPECT_FALSE(settings.contains(option)) << option;
  }
  for (const char* option : {"rho", "rank"}) {
    EXPECT_EQ(parse_options({"--output", "o", "--preset", "paper"}).settings().contains(option),
              option == std::string("rank"));
    EXPECT_FALSE(parse_options({"--output", "o", "--optimizer", "sgd"}).settings().contains(option)) << option;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
