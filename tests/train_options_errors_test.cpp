#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "ops/registry.h"
#include "tests/support/parse_options.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::AllOfArray;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TEST(TrainOptionsErrors, SaysWhatIsWrong) {
  constexpr const char* count = "expected a whole number from 1 to 2147483647";
  struct Case {
    Arguments arguments;
    std::vector<std::string> fragments;
  };
  const std::vector<Case> cases = {
      {{"--frobnicate", "1"}, {"unrecognised option '--frobnicate'", "--help"}},
      {{"--epoch", "3"}, {"unrecognised option '--epoch'", "--help"}},  // no abbreviations
      {{"stray"}, {"found 'stray', expected options only", "--help"}},
      {{"--seed"}, {"'--seed'", "missing", "--help"}},
      {{"--seed", "1", "--seed", "2"}, {"'--seed'", "more than once", "--help"}},
      {{"--dataset", "mnist"}, {"--dataset: ", "\"mnist\"", "fashion-mnist, cifar-10, image-folder"}},
      {{"--dataset", "cifar-10"}, {"--data: missing", "cifar-10"}},
      {{"--dataset", "image-folder"}, {"--data: missing", "image-folder"}},
      {{"--dataset", "image-folder", "--data", "d", "--image-size", "0"},
       {"--image-size: found '0', expected a whole number from 1 to 16384"}},
      {{"--dataset", "image-folder", "--data", "d", "--image-size", "16385"}, {"--image-size: found '16385', "}},
      {{"--normalize", "pixel"}, {"--normalize: ", "\"pixel\"", "feature, channel or none"}},
      {{"--layers", "784-x-10"}, {"--layers: ", "'784-x-10'", "784-512-10"}},
      {{"--activation", "step"}, {"--activation: ", "'step'", "sigmoid"}},
      {{"--criterion", "hinge"}, {"--criterion: ", "'hinge'", "cross-entropy"}},
      {{"--optimizer", "adagrad"},
       {"--optimizer: unknown optimizer 'adagrad', expected one of second-order, sgd, adam"}},
      {{"--optimizer", "adam", "--adam-beta-1", "1"}, {"--adam-beta-1: found '1', expected a number in [0, 1)"}},
      {{"--optimizer", "adam", "--adam-beta-2", "-1"}, {"--adam-beta-2: found '-1', "}},
      {{"--optimizer", "adam", "--adam-epsilon", "0"},
       {"--adam-epsilon: found '0', expected a number in [1e-30, 1e6)"}},
      {{"--weight-decay", "-1"}, {"--weight-decay: found '-1', expected a number in [0, 1 / learning rate)"}},
      {{"--weight-decay", "10"}, {"--weight-decay: found '10', "}},  // a learning rate of 0.1
      {{"--weight-decay", "nan"}, {"--weight-decay: found 'nan', "}},
      {{"--learning-rate-schedule", "step"},
       {"--learning-rate-schedule: unknown schedule 'step', expected constant, linear or cosine"}},
      {{"--warm-up", "-1"}, {"--warm-up: found '-1', expected a whole number from 0 to 2147483647"}},
      {{"--preset", "mine"}, {"--preset: unknown preset 'mine', expected one of default, paper"}},
      {{"--curvature", "hessian"}, {"--curvature: ", "'hessian'", "gauss-newton"}},
      {{"--solver", "lu"}, {"--solver: ", "'lu'", "ea-cg"}},
      {{"--learning-rate", "0"}, {"--learning-rate: found '0', expected a number above 0"}},
      {{"--learning-rate", "-1"}, {"--learning-rate: found '-1', "}},
      {{"--learning-rate", "nan"}, {"--learning-rate: found 'nan', "}},
      {{"--learning-rate", "1e6"}, {"--learning-rate: found '1e6', ", "below 1e6"}},
      {{"--learning-rate", "0.1x"}, {"--learning-rate: found '0.1x', "}},
      {{"--preset", "paper", "--alpha", "0"}, {"--alpha: found '0', expected a number in (0, 1]"}},
      {{"--preset", "paper", "--alpha", "1.5"}, {"--alpha: found '1.5', "}},
      {{"--damping", "some"}, {"--damping: unknown damping 'some', expected one of fixed, relative, adaptive"}},
      {{"--rho", "0"}, {"--rho: found '0', expected a number above 0 and below 1e8"}},
      {{"--rho", "1e8"}, {"--rho: found '1e8', "}},
      {{"--trust-region", "-1"}, {"--trust-region: found '-1', expected a number in [0, 1e6)"}},
      {{"--trust-region", "inf"}, {"--trust-region: found 'inf', "}},
      {{"--averaging", "1"}, {"--averaging: found '1', expected a number in [0, 1)"}},
      {{"--average-inputs", "-1"}, {"--average-inputs: found '-1', expected a whole number from 0 to 32768"}},
      {{"--average-inputs", "32769"}, {"--average-inputs: found '32769', "}},
      {{"--curvature-every", "0"}, {"--curvature-every: found '0', ", count}},
      {{"--preset", "paper", "--rank", "0"}, {"--rank: found '0', ", count}},
      {{"--momentum", "1"}, {"--momentum: found '1', expected a number in [0, 1)"}},
      {{"--optimizer", "adam", "--adam-beta-2", "1"}, {"--adam-beta-2: found '1', expected a number in [0, 1)"}},
      {{"--max-cg", "0"}, {"--max-cg: found '0', ", count}},
      {{"--cg-tolerance", "1"}, {"--cg-tolerance: found '1', expected a number in [0, 1)"}},
      {{"--cg-tolerance", "-0.1"}, {"--cg-tolerance: found '-0.1', "}},
      {{"--optimizer", "sgd", "--momentum", "1"}, {"--momentum: found '1', expected a number in [0, 1)"}},
      {{"--batch-size", "0"}, {"--batch-size: found '0', ", count}},
      {{"--batch-size", "2147483648"}, {"--batch-size: found '2147483648', ", count}},
      {{"--epochs", "1.5"}, {"--epochs: found '1.5', ", count}},
      {{"--epochs", "ten"}, {"--epochs: found 'ten', ", count}},
      {{"--seed", "-1"}, {"--seed: found '-1', expected a whole number from 0 to 2^64 - 1"}},
      {{"--seed", "18446744073709551616"}, {"--seed: found '18446744073709551616', "}},
      {{"--threads", "0"}, {"--threads: found '0', expected a whole number from 1 to 1024"}},
      {{"--threads", "1025"}, {"--threads: found '1025', "}},
  };
  for (const Case& one : cases) {
    std::vector<testing::Matcher<const std::string&>> expected{Not(HasSubstr("\n"))};
    for (const std::string& fragment : one.fragments) expected.push_back(HasSubstr(fragment));
    EXPECT_THAT(
        [&] {
          parse_options(Arguments{"--output", "o"} + one.arguments);
        },
        ThrowsMessage<UsageError>(AllOfArray(expected)))
        << testing::PrintToString(one.arguments);
  }
  EXPECT_THAT([] { parse_options({}); },
              ThrowsMessage<UsageError>("--output: missing, expected the folder to write results to"));
}

TEST(TrainOptionsErrors, NamesTheConfigFileThatIsWrong) {
  const TempDir dir;
  struct Case {
    std::string path;
    std::string message;
  };
  const std::vector<Case> cases = {
      {(dir.path() / "missing").string(), "cannot be read, expected a file"},
      {dir.path().string(), "cannot be read, expected a file"},
      {dir.write("unknown", "epoch = 3\n").string(), "found 'epoch', expected an option"},
      {dir.write("torn", "seed = 1\nno such line\n").string(), "line 2: found 'no such line', expected option = value"},
      {dir.write("nested", "\nconfig = other\n").string(), "line 2: found config, expected other options only"},
      {dir.write("quote", "data = \"a b\n").string(), "line 1: found \"a b, expected a JSON string after '\"'"},
      {dir.write("flag", "skip-broken = 1\n").string(), "skip-broken: found '1', expected true or false"},
      {dir.write("twice", "seed = 1\nseed = 2\n").string(), "line 2: found 'seed' again, expected each option once"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT(
        [&] {
          parse_options({"--output", "o", "--config", one.path});
        },
        ThrowsMessage<UsageError>(
            AllOf(HasSubstr("--config " + one.path), HasSubstr(one.message), Not(HasSubstr("\n")))));
  }
}

TEST(TrainOptionsErrors, RefusesOptionsWithoutEffect) {
  using Values = std::vector<std::pair<std::string, std::string>>;
  const Values second_order{
      {"preset", "paper"},     {"curvature", "pch-1"},  {"solver", "ea-cg"}, {"rank", "2"},
      {"damping", "fixed"},    {"alpha", "0.1"},        {"rho", "1"},        {"trust-region", "0"},
      {"averaging", "0.5"},    {"average-inputs", "9"}, {"max-cg", "5"},     {"cg-tolerance", "0.1"},
      {"curvature-every", "2"}};
  const Values adam{{"adam-beta-1", "0.9"}, {"adam-beta-2", "0.9"}, {"adam-epsilon", "1e-8"}};
  const std::vector<std::pair<std::string, Values>> useless = {{"second-order", adam},
                                                               {"sgd", second_order},
                                                               {"sgd", adam},
                                                               {"adam", second_order},
                                                               {"adam", {{"momentum", "0.9"}}}};
  for (const auto& [optimizer, options] : useless) {
    for (const auto& [option, value] : options) {
      const std::string message = "--" + option + ": has no effect with --optimizer " + optimizer;
      // clang 14 does not let lambdas capture structured bindings.
      const Arguments arguments{"--output", "o", "--optimizer", optimizer, "--" + option, value};
      EXPECT_THAT([&] { parse_options(arguments); }, ThrowsMessage<UsageError>(message + ", expected to be left out"));
    }
  }
}

TEST(TrainOptionsErrors, RefusesOptionsWithoutEffectOnASecondOrderStep) {
  struct Case {
    Arguments arguments;
    std::string option;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {{"--preset", "paper", "--rho", "1"}, "rho", "--damping fixed"},
      {{"--damping", "fixed", "--rho", "1"}, "rho", "--damping fixed"},
      {{"--damping", "relative", "--alpha", "0.1"}, "alpha", "--damping relative"},
      {{"--damping", "adaptive", "--alpha", "0.1"}, "alpha", "--damping adaptive"},
      {{"--solver", "kfi", "--rank", "2"}, "rank", "--solver kfi"},
      {{"--solver", "kfi-joined", "--max-cg", "5"}, "max-cg", "--solver kfi-joined"},
      {{"--solver", "kfi-joined", "--cg-tolerance", "0"}, "cg-tolerance", "--solver kfi-joined"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT(
        [&] {
          parse_options(Arguments{"--output", "o"} + one.arguments);
        },
        ThrowsMessage<UsageError>("--" + one.option + ": has no effect with " + one.reason +
                                  ", expected to be left out"));
  }
  // Biases are solved for by conjugate gradients, whatever solves for the weights.
  EXPECT_EQ(parse_options({"--output", "o", "--solver", "kfi", "--max-cg", "5"}).cg.max_iterations, 5);
}

TEST(TrainOptionsErrors, RefusesOptionsOfImagesForOtherData) {
  for (const std::string dataset : {"fashion-mnist", "cifar-10"}) {
    for (const Arguments& option : {Arguments{"--image-size", "32"}, Arguments{"--skip-broken"}}) {
      const Arguments arguments = Arguments{"--output", "o", "--data", "d", "--dataset", dataset} + option;
      EXPECT_THAT([&] { parse_options(arguments); },
                  ThrowsMessage<UsageError>(option.front() + ": has no effect with --dataset " + dataset +
                                            ", expected to be left out"));
    }
  }
}

TEST(TrainOptionsErrors, RefusesGaussNewtonWithACriterionThatIsNotConvex) {
  for (const Op* op : criteria()) {
    const std::string criterion(op->name);
    const Arguments arguments{"--output", "o", "--curvature", "gauss-newton", "--criterion", criterion};
    if (op->convex) {
      EXPECT_EQ(parse_options(arguments).curvature, &gauss_newton);
    } else {
      EXPECT_THAT([&] { parse_options(arguments); },
                  ThrowsMessage<UsageError>("--curvature gauss-newton: criterion " + criterion +
                                            " is not convex, expected another criterion or pch-1, pch-2 or fisher"));
      EXPECT_EQ(parse_options({"--output", "o", "--criterion", criterion}).criterion, op);
    }
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
