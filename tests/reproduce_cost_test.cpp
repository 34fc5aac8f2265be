#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/device.h"
#include "framework/error.h"
#include "framework/threads.h"
#include "ops/ops.h"
#include "tests/support/temp_dir.h"
#include "tests/support/train_tool.h"
#include "tools/measure/heap.h"
#include "tools/reproduce/cost.h"
#include "tools/reproduce/cost_folder.h"
#include "tools/reproduce/machine_description.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::SizeIs;
using testing::ThrowsMessage;

/// Measures memory of the host.
class CostMeasurement : public testing::Test {
 protected:
  void SetUp() override {
    if (!device_is_host()) GTEST_SKIP() << "not on a GPU";
  }
};

CostOptions small_cost(const TempDir& dir) {
  CostOptions options;
  options.widths = {24, 64};
  options.batches = {8, 96};
  options.activation = &sigmoid;
  options.criterion = &softmax_cross_entropy;
  options.repetitions = 1;
  options.folder = dir.path() / "cost";
  return options;
}

std::string refusal(const CostOptions& options) {
  try {
    measure_cost(options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

struct CostRow {
  double seconds = 0;
  double bytes = 0;
};

/// Of the first row that begins so.
CostRow row(const std::string& csv, const std::string& begin) {
  const std::vector<std::string> all = lines(csv);
  const auto found = std::ranges::find_if(all, [&](const auto& line) { return line.starts_with(begin + ","); });
  if (found == all.end()) throw Error("cost.csv has no " + begin);
  std::istringstream fields(found->substr(begin.size() + 1));
  CostRow row;
  char comma = 0;
  fields >> row.seconds >> comma >> row.bytes;
  return row;
}

TEST_F(CostMeasurement, HasARowForEveryPart) {
  const TempDir dir;
  measure_cost(small_cost(dir));
  const std::string csv = dir.read("cost/cost.csv");
  EXPECT_THAT(lines(csv), SizeIs(1 + 2 * 2 * 7));
  EXPECT_EQ(lines(csv).front(), "part,method,width,batch,seconds,bytes");
  for (const char* method : {"curvature,fisher", "curvature,gauss-newton", "curvature,pch-1", "curvature,pch-2",
                             "solve,ea-cg", "solve,kfi", "solve,kfi-rank-one"}) {
    for (const char* sizes : {",24,8", ",24,96", ",64,8", ",64,96"}) {
      const CostRow found = row(csv, method + std::string(sizes));
      EXPECT_GT(found.seconds, 0) << method << sizes;
      EXPECT_LT(found.seconds, 10) << method << sizes;
      EXPECT_GT(found.bytes, 0) << method << sizes;
    }
  }
}

TEST_F(CostMeasurement, CountsTheBytesOfBlocksAndFactors) {
  const TempDir dir;
  CostOptions options = small_cost(dir);
  options.widths = {200};
  options.batches = {50, 400};
  measure_cost(options);
  const std::string csv = dir.read("cost/cost.csv");
  constexpr double n = 200;
  const double blocks = sizeof(real) * (3 * n * n + 10 * 10);
  for (const char* batch : {"50", "400"}) {
    const auto bytes = [&](const std::string& method) { return row(csv, method + ",200," + batch).bytes; };
    // Of the Fisher matrix there is nothing else.
    EXPECT_GE(bytes("curvature,fisher"), blocks);
    EXPECT_LE(bytes("curvature,fisher"), 1.02 * blocks + 4096);
    // The recursion has blocks of activations too, and the products of one layer.
    for (const char* method : {"curvature,gauss-newton", "curvature,pch-1", "curvature,pch-2"}) {
      EXPECT_GE(bytes(method), blocks * 5 / 3) << batch;
      EXPECT_LE(bytes(method), blocks * 5) << batch;
    }
  }
  // EA-CG's vectors and, with few samples, matrices of the batch.
  EXPECT_LE(row(csv, "solve,ea-cg,200,50").bytes, blocks);
  // KFI with the paper's inverses: by layer the solution, and once both factors and what they are made of.
  EXPECT_GE(row(csv, "solve,kfi,200,400").bytes, sizeof(real) * (3 + 4) * n * n);
  EXPECT_LE(row(csv, "solve,kfi,200,400").bytes, sizeof(real) * 20 * n * n);
}

TEST_F(CostMeasurement, KeepsTheRowsThatAreThere) {
  const TempDir dir;
  CostOptions options = small_cost(dir);
  options.widths = {64};
  measure_cost(options);
  const std::vector<std::string> before = lines(dir.read("cost/cost.csv"));
  options.widths = {24, 64};
  measure_cost(options);
  const std::string complete = dir.read("cost/cost.csv");
  const std::vector<std::string> after = lines(complete);
  EXPECT_THAT(after, SizeIs(1 + 2 * 2 * 7));
  EXPECT_THAT(after, IsSupersetOf(before));
  EXPECT_THAT(after[1], HasSubstr(",24,8,"));  // by width
  measure_cost(options);
  EXPECT_EQ(dir.read("cost/cost.csv"), complete);
}

TEST_F(CostMeasurement, RefusesRowsOfOtherSettings) {
  const TempDir dir;
  const CostOptions options = small_cost(dir);
  measure_cost(options);
  const auto before = files_below(options.folder);
  const std::string source = (options.folder / "cost.json").string();
  CostOptions other = options;
  other.cg_iterations = 11;
  EXPECT_EQ(refusal(other),
            source + ": measured with cg_iterations 10, found 11 now, expected the same or another folder");
  other = options;
  other.activation = &hyperbolic_tangent;
  EXPECT_THAT(refusal(other), HasSubstr("measured with activation \"sigmoid\", found \"tanh\" now"));
  const int all = threads();
  set_threads(all + 1);
  EXPECT_THAT(refusal(options), HasSubstr("measured with machine/threads "));
  set_threads(all);
  EXPECT_EQ(files_below(options.folder), before);
  std::filesystem::remove(source);
  EXPECT_EQ(refusal(options),
            source + ": missing or damaged, expected the settings of cost.csv beside it, or a new folder");
}

TEST_F(CostMeasurement, RefusesWhatMakesNoSense) {
  const TempDir dir;
  CostOptions options = small_cost(dir);
  options.widths = {0};
  EXPECT_EQ(refusal(options), "cost: width or batch size 0, expected at least 1");
  options = small_cost(dir);
  options.repetitions = 0;
  EXPECT_EQ(refusal(options), "cost: 3 hidden layers, 0 repetitions, expected at least 1 each");
}

TEST_F(CostMeasurement, SaysWhichRowIsDamaged) {
  const TempDir dir;
  CostOptions options = small_cost(dir);
  options.widths = {24};
  measure_cost(options);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"solve,kfi,24,8,fast,100", "found 'fast', expected a number"},
      {"solve,kfi,24,8,0.1", "found 5 fields, expected 6"},
      {"solve,kfi,24,8,0.1,100,7", "found 7 fields, expected 6"},
  };
  for (const auto& one : cases) {
    dir.write("cost/cost.csv", "part,method,width,batch,seconds,bytes\n" + one.first + "\n");
    EXPECT_THAT([&] { measure_cost(options); },
                ThrowsMessage<Error>((options.folder / "cost.csv").string() + ", line 2: " + one.second));
  }
}

TEST_F(CostMeasurement, SaysWhatItIsOf) {
  const nlohmann::json settings = cost_settings(small_cost(TempDir()));
  EXPECT_EQ(settings.at("widths"), (std::vector{24, 64}));
  EXPECT_EQ(settings.at("cg_iterations"), 10);
  EXPECT_EQ(settings.at("cg_tolerance"), 0);
  EXPECT_EQ(settings.at("repetitions"), 1);
  EXPECT_EQ(settings.at("solvers").size(), 3U);
}

TEST(Heap, KnowsWhatIsHeld) {
  constexpr std::size_t size = 3 << 20;
  const std::size_t before = heap_in_use();
  auto memory = std::make_unique<char[]>(size);
  memory[size / 2] = 1;
  const std::size_t held = heap_in_use() - before;
  EXPECT_GE(held, size);
  EXPECT_LE(held, size + 65536);
  memory.reset();
  EXPECT_LT(heap_in_use(), before + size / 2);
}

TEST(MachineDescription, HasWhatTimesDependOn) {
  const nlohmann::json machine = machine_description();
  EXPECT_EQ(machine.at("threads"), threads());
  for (const char* key : {"processor", "blas", "compiler", "version"}) {
    EXPECT_FALSE(machine.at(key).get<std::string>().empty()) << key;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
