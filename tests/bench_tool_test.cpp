#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "second_order/curvature/curvature.h"
#include "second_order/solvers/weight_solver.h"
#include "tests/support/run_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/train_tool.h"

/// The program tools/bench. What its clock reads is nothing to assert: only that the numbers fit together.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

ProcessResult run_bench(const Command& arguments) {
  const char* const program = std::getenv("CURVEGRAPH_BENCH");
  if (program == nullptr) throw Error("the environment has no CURVEGRAPH_BENCH, expected the path of tools/bench");
  Command command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_process(command);
}

/// A network and a batch that take no time.
Command small(const Command& more) {
  Command arguments{"--layers", "40-20-10-5", "--batch-size", "16", "--steps", "6", "--warm-up", "2", "--threads", "1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// What a run writes to --json.
json measured(const Command& more) {
  const TempDir dir;
  Command arguments = small(more);
  arguments.insert(arguments.end(), {"--json", (dir.path() / "bench.json").string()});
  const ProcessResult result = run_bench(arguments);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  return json::parse(dir.read("bench.json"));
}

std::vector<std::string> phases(const json& optimizer) {
  std::vector<std::string> names;
  for (const json& phase : optimizer.at("phases")) names.push_back(phase.at("name"));
  return names;
}

void expect_quartiles(const json& found) {
  EXPECT_GT(found.at("lower"), 0);
  EXPECT_LE(found.at("lower"), found.at("median"));
  EXPECT_LE(found.at("median"), found.at("upper"));
}

/// Phases are parts of their steps, by time and by operations.
void expect_consistent(const json& optimizer) {
  double flops = 0;
  double product_seconds = 0;
  for (const json& phase : optimizer.at("phases")) {
    expect_quartiles(phase.at("seconds"));
    flops += phase.at("flops").get<double>();
    product_seconds += phase.at("product_seconds").get<double>();
    EXPECT_LE(phase.at("seconds").at("lower"), optimizer.at("step").at("seconds").at("upper"));
  }
  const json& step = optimizer.at("step");
  expect_quartiles(step.at("seconds"));
  expect_quartiles(optimizer.at("samples_per_second"));
  EXPECT_NEAR(step.at("flops").get<double>(), flops, 1e-9 * flops);
  EXPECT_NEAR(step.at("product_seconds").get<double>(), product_seconds, 1e-9 * product_seconds);
  double of_products = 0;
  for (const json& product : optimizer.at("products")) {
    of_products += 2.0 * product.at("rows").get<double>() * product.at("cols").get<double>() *
                   product.at("inner").get<double>() * product.at("count").get<double>();
  }
  EXPECT_NEAR(of_products, flops, 1e-9 * flops);
}

TEST(BenchTool, MeasuresEveryCurvatureAndSolver) {
  std::string others = "sgd,adam";
  for (const Curvature* curvature : curvatures()) others += fmt::format(",{}+ea-cg", curvature->name);
  for (const WeightSolverKind& solver : weight_solvers()) others += fmt::format(",fisher+{}", solver.name);
  const json found = measured({"--preset", "paper", "--compare", others});
  const json& optimizers = found.at("optimizers");
  ASSERT_EQ(optimizers.size(), 3 + curvatures().size() + weight_solvers().size());
  for (const json& optimizer : optimizers) {
    SCOPED_TRACE(optimizer.at("name"));
    expect_consistent(optimizer);
    expect_quartiles(optimizer.at("first_to_this"));
    // Six steps, at most five in a row.
    ASSERT_THAT(optimizer.at("rounds"), SizeIs(2));
    EXPECT_THAT(optimizer.at("rounds")[0], SizeIs(5));
    EXPECT_THAT(optimizer.at("rounds")[1], SizeIs(1));
    EXPECT_THAT(optimizer.at("iterations"), SizeIs(3));
    if (optimizer.at("name") == "sgd" || optimizer.at("name") == "adam") {
      EXPECT_THAT(phases(optimizer), ElementsAre("forward", "backward", "update"));
    } else {
      EXPECT_THAT(phases(optimizer), ElementsAre("forward", "backward", "propagation", "solve", "update"));
    }
  }
  EXPECT_EQ(optimizers[0].at("name"), "pch-1+ea-cg");
  // Each by its own default.
  EXPECT_EQ(optimizers[1].at("settings").at("learning-rate"), "0.1");
  EXPECT_EQ(optimizers[2].at("settings").at("learning-rate"), "0.001");
  EXPECT_EQ(optimizers[3].at("settings").at("learning-rate"), "0.1");
  for (const char* quartile : {"lower", "median", "upper"}) {
    EXPECT_EQ(optimizers[0].at("first_to_this").at(quartile), 1);
  }
}

TEST(BenchTool, WritesSettingsMachineAndMemory) {
  const json found = measured({"--optimizer", "sgd", "--momentum", "0.5", "--seed", "7", "--activation", "relu"});
  EXPECT_EQ(found.at("settings"), json::parse(R"({"layers": [40, 20, 10, 5], "activation": "relu",
      "criterion": "cross-entropy", "batch_size": 16, "steps": 6, "warm_up": 2, "seed": 7})"));
  EXPECT_EQ(found.at("optimizers")[0].at("settings"),
            json::parse(R"({"optimizer": "sgd", "learning-rate": "0.1", "momentum": "0.5"})"));
  EXPECT_EQ(found.at("machine").at("threads"), 1);
  EXPECT_THAT(found.at("machine").at("blas").get<std::string>(), AllOf(StartsWith("OpenBLAS "), EndsWith(" kernels")));
  EXPECT_THAT(found.at("machine").at("processor").get<std::string>(), testing::Not(IsEmpty()));
  const json& memory = found.at("memory");
  EXPECT_EQ(memory.at("weights"), 4 * (20 * 41 + 10 * 21 + 5 * 11));
  EXPECT_EQ(memory.at("batch"), 4 * 16 * (40 + 5));
  EXPECT_GT(memory.at("peak_of_steps"), memory.at("weights"));
  EXPECT_GE(memory.at("peak"), memory.at("peak_of_steps"));
}

TEST(BenchTool, HasEveryPlainProductOnce) {
  const json found = measured({"--compare", "sgd"});
  std::vector<json> shapes;
  for (json one : found.at("plain_products")) {
    expect_quartiles(one.at("seconds"));
    one.erase("seconds");
    EXPECT_THAT(shapes, testing::Not(testing::Contains(one)));
    shapes.push_back(one);
  }
  for (const json& optimizer : found.at("optimizers")) {
    for (json one : optimizer.at("products")) {
      for (const char* key : {"phase", "count"}) one.erase(key);
      EXPECT_THAT(shapes, testing::Contains(one));
    }
  }
}

TEST(BenchTool, KeepsTheCurvatureOverAGroupOfSteps) {
  const auto propagation = [](const json& found) { return found.at("optimizers")[0].at("phases")[2].at("flops"); };
  const json each = measured({"--curvature-every", "1"});
  const json third = measured({"--curvature-every", "3"});
  EXPECT_NEAR(propagation(third).get<double>(), propagation(each).get<double>() / 3, 1e-6);
  expect_consistent(third.at("optimizers")[0]);
}

/// What is compared has the rates of its kind unless they are given.
TEST(BenchTool, ComparesWithTheRatesOfEachOptimizer) {
  struct Case {
    Command arguments;
    std::vector<std::string> expected;  // learning rate and momentum of each
  };
  const std::vector<Case> cases = {
      {{"--preset", "paper", "--compare", "sgd,adam,fisher+kfi"}, {"0.1 0", "0.1 0.9", "0.001 ", "0.1 0"}},
      {{"--optimizer", "sgd", "--compare", "adam"}, {"0.1 0.9", "0.001 "}},
      {{"--preset", "paper", "--learning-rate", "0.01", "--momentum", "0.5", "--compare", "sgd,adam"},
       {"0.01 0.5", "0.01 0.5", "0.01 "}},
  };
  for (const Case& one : cases) {
    std::vector<std::string> rates;
    const json found = measured(one.arguments);
    for (const json& optimizer : found.at("optimizers")) {
      const json& settings = optimizer.at("settings");
      rates.push_back(settings.at("learning-rate").get<std::string>() + " " + settings.value("momentum", ""));
    }
    EXPECT_EQ(rates, one.expected) << testing::PrintToString(one.arguments);
  }
}

TEST(BenchTool, MeasuresEveryDevice) {
  for (const Command& device : {Command{},
                                {"--damping", "adaptive"},
                                {"--averaging", "0.9"},
                                {"--preset", "paper", "--rank", "3"},
                                {"--preset", "paper", "--momentum", "0.9", "--trust-region", "0.01"}}) {
    SCOPED_TRACE(testing::PrintToString(device));
    expect_consistent(measured(device).at("optimizers")[0]);
  }
}

TEST(BenchTool, PrintsATableThatLinesUp) {
  const ProcessResult result = run_bench(small({"--preset", "paper", "--compare", "sgd"}));
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("network 40-20-10-5, sigmoid, cross-entropy; batch size 16, seed 1, "));
  EXPECT_THAT(result.out, HasSubstr("second-order: learning rate 0.1, pch-1, ea-cg, "));
  EXPECT_THAT(result.out, HasSubstr("sgd: learning rate 0.1, momentum 0.9"));
  EXPECT_THAT(result.out, HasSubstr("a step of pch-1+ea-cg takes "));
  EXPECT_THAT(result.out, HasSubstr("peak memory of pch-1+ea-cg: "));
  std::size_t width = 0;
  int rows = 0;
  for (const std::string& line : lines(result.out)) {
    if (line.starts_with("phase ")) width = line.size();
    for (const char* name : {"forward ", "backward ", "propagation ", "solve ", "update ", "step "}) {
      if (!line.starts_with(name)) continue;
      EXPECT_EQ(line.size(), width) << line;
      ++rows;
    }
  }
  EXPECT_EQ(rows, 6 + 4);
}

TEST(BenchTool, RefusesWrongUsageInOneLine) {
  const TempDir dir;
  const std::string notes = dir.write("notes", "mine\n").string();
  struct Case {
    Command arguments;
    std::vector<std::string> fragments;
  };
  const std::vector<Case> cases = {
      {{"fast"}, {"found 'fast', expected options only", "--help"}},
      {{"--layer", "3-2"}, {"'--layer'", "--help"}},
      {{"--layers", "3"}, {"--layers: ", "'3'", "expected sizes such as"}},
      {{"--activation", "step"}, {"--activation: ", "'step'", "expected one of identity, sigmoid"}},
      {{"--criterion", "hinge"}, {"--criterion: ", "'hinge'", "expected one of cross-entropy"}},
      {{"--optimizer", "adagrad"},
       {"--optimizer: unknown optimizer 'adagrad', expected one of second-order, sgd, adam"}},
      {{"--preset", "mine"}, {"--preset: unknown preset 'mine', expected one of default, paper"}},
      {{"--optimizer", "sgd", "--alpha", "0.1"}, {"--alpha: has no effect with --optimizer sgd"}},
      {{"--curvature", "hessian"}, {"--curvature: ", "'hessian'"}},
      {{"--solver", "lu"}, {"--solver: ", "'lu'"}},
      {{"--compare", "adagrad"}, {"--compare: found 'adagrad', expected sgd, adam or CURVATURE+SOLVER"}},
      {{"--compare", "sgd,"}, {"--compare: found '', expected sgd, adam or CURVATURE+SOLVER"}},
      {{"--compare", "hessian+kfi"}, {"--compare: ", "'hessian'"}},
      {{"--compare", "pch-1+lu"}, {"--compare: ", "'lu'"}},
      {{"--compare", "gauss-newton+kfi", "--criterion", "bounded"},
       {"--compare: curvature gauss-newton: criterion bounded is not convex, expected another criterion or pch-1"}},
      {{"--batch-size", "0"}, {"--batch-size: found '0', expected a whole number from 1"}},
      {{"--steps", "0"}, {"--steps: found '0', expected a whole number from 1"}},
      {{"--warm-up", "0"}, {"--warm-up: found '0', expected a whole number from 1"}},
      {{"--seed", "-1"}, {"--seed: found '-1', expected a whole number"}},
      {{"--threads", "0"}, {"--threads: found '0', expected a whole number from 1 to 1024"}},
      {{"--json", notes}, {"--json " + notes + ": already exists and is not a file that this program wrote"}},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(testing::PrintToString(one.arguments));
    const ProcessResult result = run_bench(one.arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, AllOf(StartsWith("bench: "), EndsWith("\n")));
    for (const std::string& fragment : one.fragments) EXPECT_THAT(result.err, HasSubstr(fragment));
  }
  EXPECT_EQ(dir.read("notes"), "mine\n");
}

TEST(BenchTool, ReplacesAFileOfItsOwn) {
  const TempDir dir;
  const std::string file = (dir.path() / "bench.json").string();
  for (const char* seed : {"1", "2"}) {
    EXPECT_EQ(run_bench(small({"--json", file, "--seed", seed})).status, 0);
    EXPECT_EQ(json::parse(dir.read("bench.json")).at("settings").at("seed"), std::stoi(seed));
  }
  const ProcessResult result = run_bench(small({"--json", (dir.path() / "nowhere/bench.json").string()}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(": there is no folder "));
}

TEST(BenchTool, SaysWhereTrainingFails) {
  struct Case {
    Command arguments;
    std::string fragment;
  };
  const std::vector<Case> cases = {
      {{"--optimizer", "sgd", "--criterion", "squared-error", "--activation", "relu", "--learning-rate", "1e5"},
       "the loss is "},
      {{"--preset", "paper", "--curvature", "exact", "--solver", "ea-direct", "--alpha", "1e-6"},
       "not positive definite"},
  };
  for (const Case& one : cases) {
    const ProcessResult result = run_bench(small(one.arguments));
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, AllOf(StartsWith("bench: "), HasSubstr(", step "), HasSubstr(one.fragment)));
  }
}

TEST(BenchTool, HelpNamesEveryOption) {
  const ProcessResult result = run_bench({"--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, IsEmpty());
  for (const char* option :
       {"--layers",          "--activation",    "--criterion",    "--optimizer",
        "--preset",          "--learning-rate", "--weight-decay", "--adam-beta-1",
        "--adam-beta-2",     "--adam-epsilon",  "--momentum",     "--curvature",
        "--curvature-every", "--solver",        "--rank",         "--damping",
        "--alpha",           "--rho",           "--trust-region", "--averaging",
        "--average-inputs",  "--max-cg",        "--cg-tolerance", "--compare",
        "--batch-size",      "--steps",         "--warm-up",      "--seed",
        "--threads",         "--json",          "--tf32",         "Exit status: 0 measured, 1 failed, 2 wrong usage"}) {
    EXPECT_THAT(result.out, HasSubstr(option));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
