#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "models/task_defaults.h"
#include "ops/ops.h"
#include "ops/registry.h"
#include "tests/support/parse_options.h"
#include "tools/train/task.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

const Arguments csv{"--output", "o", "--dataset", "csv", "--data", "d", "--targets", "a,b"};
const Arguments npy{"--output", "o", "--dataset", "npy", "--data", "d"};
const Arguments image_arguments{"--output", "o"};

TEST(TrainTask, IsKnownOfImagesAndLeftToTheDataOfTables) {
  const TrainOptions known = parse_options(image_arguments);
  EXPECT_EQ(known.data_options.task, Task::Classification);
  EXPECT_EQ(known.criterion, &softmax_cross_entropy);
  EXPECT_EQ(known.normalize, Normalize::Channel);
  for (const Arguments& base : {csv, npy}) {
    TrainOptions open = parse_options(base);
    EXPECT_EQ(open.data_options.task, std::nullopt);
    EXPECT_EQ(open.criterion, nullptr);
    EXPECT_EQ(open.normalize, Normalize::Feature);
    EXPECT_THAT(open.layers, IsEmpty());
    open.set_task(Task::Regression);
    EXPECT_EQ(open.data_options.task, Task::Regression);
    EXPECT_EQ(open.criterion, &squared_error);
  }
}

TEST(TrainTask, ChoosesTheCriterionUnlessOneIsGiven) {
  struct Case {
    Task task;
    const Op* criterion;
  };
  for (const Case& c : {Case{Task::Classification, &softmax_cross_entropy},
                        {Task::Regression, &squared_error},
                        {Task::Autoencoder, &sigmoid_cross_entropy}}) {
    const Arguments task{"--task", std::string(name(c.task))};
    EXPECT_EQ(parse_options(npy + task).criterion, c.criterion);
    EXPECT_EQ(parse_options(npy + task).task, c.task);
    EXPECT_EQ(&default_criterion(c.task), c.criterion);
    EXPECT_TRUE(c.criterion->convex) << "options are checked before the data says the task";
    EXPECT_EQ(parse_options(npy + task + Arguments{"--criterion", "tukey-biweight"}).criterion, &tukey_biweight);
  }
}

TEST(TrainTask, RefusesCriteriaOfClassesForOtherTargets) {
  for (const Task task : {Task::Classification, Task::Regression, Task::Autoencoder}) {
    for (const Op* op : criteria()) {
      const bool of_classes = op == &softmax_cross_entropy || op == &bounded;
      if (task == Task::Classification || !of_classes) {
        require_fitting_criterion(task, *op);
        continue;
      }
      EXPECT_THAT([&] { require_fitting_criterion(task, *op); },
                  ThrowsMessage<UsageError>("criterion " + std::string(op->name) +
                                            ": is for classes, expected one of squared-error, tukey-biweight, "
                                            "sigmoid-cross-entropy for " +
                                            std::string(name(task))));
    }
  }
  EXPECT_THAT(
      [] {
        parse_options(image_arguments + Arguments{"--task", "autoencoder", "--criterion", "bounded"});
      },
      ThrowsMessage<UsageError>(HasSubstr("--criterion bounded: is for classes")));
}

TEST(TrainTask, RefusesTargetsThatAreNoFractions) {
  Dataset data{.name = "some train",
               .features = 1,
               .task = Task::Regression,
               .numbers = {5, 6},
               .target_columns = 2,
               .targets = {0, 1, 0.5F, 1.25F}};
  require_fitting_targets(data, squared_error);
  EXPECT_THAT([&] { require_fitting_targets(data, sigmoid_cross_entropy); },
              ThrowsMessage<UsageError>("criterion sigmoid-cross-entropy: sample 1 of some train (counted from 0) has "
                                        "the target 1.25, expected numbers in [0, 1]"));
  data.targets.back() = 1;
  require_fitting_targets(data, sigmoid_cross_entropy);
  data.task = Task::Autoencoder;
  EXPECT_THAT([&] { require_fitting_targets(data, sigmoid_cross_entropy); },
              ThrowsMessage<UsageError>(HasSubstr("sample 0 of some train (counted from 0) has the target 5, ")));
  data.numbers = {-0.5F, 1};
  EXPECT_THAT([&] { require_fitting_targets(data, sigmoid_cross_entropy); },
              ThrowsMessage<UsageError>(HasSubstr("has the target -0.5, ")));
  data.numbers = {};
  data.values = {5, 255};
  require_fitting_targets(data, sigmoid_cross_entropy);
}

TEST(TrainTask, ChoosesHowTargetsAreStandardised) {
  struct Case {
    Task task;
    const Op* criterion;
    NormalizeTargets of_numbers;
    NormalizeTargets of_bytes;
  };
  using enum NormalizeTargets;
  for (const Case& c : {Case{Task::Classification, &softmax_cross_entropy, None, None},
                        {Task::Classification, &squared_error, None, None},
                        {Task::Regression, &squared_error, Standard, Standard},
                        {Task::Regression, &tukey_biweight, Robust, Robust},
                        {Task::Regression, &sigmoid_cross_entropy, None, None},
                        {Task::Autoencoder, &squared_error, Standard, None},
                        {Task::Autoencoder, &tukey_biweight, Robust, None},
                        {Task::Autoencoder, &sigmoid_cross_entropy, None, None}}) {
    Dataset data{.name = "some", .features = 1, .task = c.task, .numbers = {1, 2}};
    EXPECT_EQ(default_target_normalization(data, *c.criterion), c.of_numbers) << c.criterion->name;
    data.numbers = {};
    data.values = {1, 2};
    EXPECT_EQ(default_target_normalization(data, *c.criterion), c.of_bytes) << c.criterion->name;
  }
}

TEST(TrainTask, RefusesANormalisationOfTargetsThatHaveTheirs) {
  const Arguments none{"--normalize-targets", "none"};
  const Arguments robust{"--normalize-targets", "robust"};
  const Arguments autoencoder{"--task", "autoencoder"};
  const Arguments squared{"--criterion", "squared-error"};
  struct Case {
    Arguments arguments;
    std::string message;
  };
  const std::vector<Case> cases = {
      {image_arguments + none,
       "--normalize-targets none: has no effect on classes, expected it left out for classification"},
      {npy + Arguments{"--task", "classification"} + robust, "--normalize-targets robust: has no effect on classes, "},
      {npy + Arguments{"--task", "regression", "--criterion", "sigmoid-cross-entropy"} + robust,
       "--normalize-targets robust: criterion sigmoid-cross-entropy takes targets in [0, 1] as they are, expected "
       "none, or another criterion"},
      {image_arguments + autoencoder + robust,
       "--normalize-targets robust: criterion sigmoid-cross-entropy takes targets in "},
      {image_arguments + autoencoder + squared + robust,
       "--normalize-targets robust: the targets are bytes, which are byte/255, expected none"},
      {npy + Arguments{"--normalize-targets", "mad"},
       "--normalize-targets: unknown normalization of targets \"mad\", expected standard, robust or none"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT([&] { parse_options(c.arguments); }, ThrowsMessage<UsageError>(HasSubstr(c.message)))
        << testing::PrintToString(c.arguments);
  }
  EXPECT_EQ(parse_options(image_arguments + autoencoder + none).normalize_targets, NormalizeTargets::None);
  EXPECT_EQ(parse_options(npy + autoencoder + squared + robust).normalize_targets, NormalizeTargets::Robust);
  EXPECT_EQ(parse_options(npy).normalize_targets, std::nullopt);
  TrainOptions open = parse_options(npy + robust);
  EXPECT_THAT([&] { open.set_task(Task::Classification); }, ThrowsMessage<UsageError>(HasSubstr("has no effect on ")));
}

TEST(TrainTask, IsASettingUnlessItWasAlwaysSo) {
  EXPECT_FALSE(parse_options(image_arguments).settings().contains("task"));
  EXPECT_EQ(parse_options(image_arguments + Arguments{"--task", "classification"}).settings(),
            parse_options(image_arguments).settings());
  EXPECT_EQ(parse_options(image_arguments + Arguments{"--task", "autoencoder"}).settings().at("task"), "autoencoder");
  EXPECT_EQ(parse_options(csv + Arguments{"--task", "regression"}).settings().at("targets"), "a,b");
  const Arguments target{"--target-loss", "0.5"};
  EXPECT_EQ(parse_options(image_arguments + target).settings(), parse_options(image_arguments).settings());
  EXPECT_EQ(parse_options(image_arguments + target).target_loss, 0.5);
}

TEST(TrainTask, TakesOptionsOfTables) {
  const Arguments classes = csv + Arguments{"--task", "classification"};
  const TrainOptions initial = parse_options(classes);
  EXPECT_EQ(initial.data_options.separator, ',');
  EXPECT_EQ(initial.data_options.missing, Missing::Refuse);
  EXPECT_EQ(initial.data_options.label_base, std::nullopt);
  const TrainOptions given =
      parse_options(classes + Arguments{"--separator", "tab", "--missing", "mean", "--label-base", "-1"});
  EXPECT_EQ(given.data_options.separator, '\t');
  EXPECT_EQ(given.data_options.missing, Missing::Mean);
  EXPECT_EQ(given.data_options.label_base, -1);
  EXPECT_EQ(parse_options(npy + Arguments{"--label-base", "1"}).data_options.label_base, 1);

  // Only what decides the numbers of a run is a setting, and a default is none.
  EXPECT_EQ(given.settings().at("missing"), "mean");
  EXPECT_EQ(given.settings().at("label-base"), "-1");
  EXPECT_EQ(
      parse_options(classes + Arguments{"--separator", ";", "--missing", "refuse", "--label-base", "0"}).settings(),
      initial.settings());

  struct Case {
    Arguments arguments;
    std::string message;
  };
  for (const Case& c : std::vector<Case>{
           {csv + Arguments{"--separator", "space"},
            "--separator: found 'space', expected comma, semicolon, tab, or a character such as '|'"},
           {csv + Arguments{"--separator", "."}, "--separator: found '.', expected "},
           {csv + Arguments{"--missing", "zero"}, "--missing: found 'zero', expected refuse, drop or mean"},
           {csv + Arguments{"--label-base", "one"},
            "--label-base: found 'one', expected a whole number from -1000000 to 1000000"},
           {csv + Arguments{"--label-base", "1000001"}, "--label-base: found '1000001', expected "},
           {npy + Arguments{"--missing", "drop"}, "--missing: has no effect with --dataset npy"},
           {npy + Arguments{"--separator", "tab"}, "--separator: has no effect with --dataset npy"},
           {image_arguments + Arguments{"--label-base", "1"},
            "--label-base: has no effect with --dataset fashion-mnist"},
       }) {
    EXPECT_THAT([&] { parse_options(c.arguments); }, ThrowsMessage<UsageError>(HasSubstr(c.message)))
        << testing::PrintToString(c.arguments);
  }
}

TEST(TrainTask, TakesTargetsByName) {
  EXPECT_EQ(parse_options(csv).data_options.targets, (std::vector<std::string>{"a", "b"}));
  const Arguments bare{"--output", "o", "--dataset", "csv", "--data", "d"};
  const TrainOptions quoted = parse_options(bare + Arguments{"--task", "regression", "--targets", "\"length, cm\",b"});
  EXPECT_EQ(quoted.data_options.targets, (std::vector<std::string>{"length, cm", "b"}));
  EXPECT_EQ(quoted.settings().at("targets"), "\"length, cm\",b");
  struct Case {
    Arguments arguments;
    std::string message;
  };
  const std::string no_name = "--targets: found an empty name, expected names separated by commas";
  const std::vector<Case> cases = {
      {bare + Arguments{"--targets", "a,,b"}, no_name},
      {bare + Arguments{"--targets", "a,"}, no_name},
      {bare + Arguments{"--targets", "\"\",a"}, no_name},
      {bare + Arguments{"--targets", "\"a,b"},
       "--targets: found '\"a,b', expected a quote at the end of the name, too"},
      {bare + Arguments{"--targets", "\"a\"b"}, "--targets: found 'b' after a quoted name, expected a comma"},
      {bare + Arguments{"--targets="}, ""},
      {npy + Arguments{"--targets", "a"}, "--targets: has no effect with --dataset npy"},
      {image_arguments + Arguments{"--targets", "a"}, "--targets: has no effect with --dataset fashion-mnist"},
      {npy + Arguments{"--task", "ranking"}, "--task: unknown task \"ranking\", expected classification"},
      {image_arguments + Arguments{"--task", "regression"},
       "--task regression: fashion-mnist has images with labels, expected the task classification or "
       "autoencoder"},
      {npy + Arguments{"--normalize", "channel"}, "--normalize channel: npy has no channels, expected feature or none"},
      {npy + Arguments{"--target-loss", "-1"}, "--target-loss: found '-1', expected a number in [0, 1e12)"},
      {npy + Arguments{"--target-loss", "nan"}, "--target-loss: found 'nan', expected a number in [0, 1e12)"},
      {npy + Arguments{"--image-size", "4"}, "--image-size: has no effect with --dataset npy"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT([&] { parse_options(c.arguments); }, ThrowsMessage<UsageError>(HasSubstr(c.message)))
        << testing::PrintToString(c.arguments);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
