#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// The losses and accuracies of metrics.csv.
std::vector<double> scores(const TempDir& dir) {
  std::istringstream rows(without_seconds(dir.read("out/metrics.csv")));
  std::vector<double> scores;
  std::string cell;
  std::getline(rows, cell);  // the names
  for (std::string row; std::getline(rows, row);) {
    std::istringstream cells(row);
    for (int column = 0; std::getline(cells, cell, ','); ++column) {
      if (column >= 2) scores.push_back(std::stod(cell));
    }
  }
  return scores;
}

/// What a program of tools/train, named by the environment, makes of three epochs.
std::vector<double> train(const char* program, const Options& changes) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  Command command = train_command(with(fashion_mnist_options(dir), changes));
  const char* const path = std::getenv(program);
  EXPECT_NE(path, nullptr) << program;
  if (path == nullptr) return {};
  command.front() = path;
  const ProcessResult result = run_process(command);
  EXPECT_EQ(result.status, 0) << result.err;
  return result.status == 0 ? scores(dir) : std::vector<double>{};
}

/// Rounding, which the steps between multiply.
TEST(CudaTraining, TakesTheStepsOfTheHost) {
  std::vector<Options> all;
  for (const char* solver : {"ea-cg", "ea-direct", "cg", "kfi", "kfi-rank-one"}) {
    for (const char* curvature : {"pch-1", "fisher"}) {
      all.push_back({{"preset", "paper"}, {"solver", solver}, {"curvature", curvature}, {"learning-rate", "0.01"}});
    }
  }
  all.push_back({{"preset", "default"}});
  all.push_back({{"damping", "adaptive"}, {"curvature-every", "2"}});
  all.push_back({{"averaging", "0.9"}, {"curvature-every", "2"}});
  all.push_back({{"preset", "paper"}, {"rank", "3"}, {"learning-rate", "0.01"}});
  all.push_back({{"optimizer", "adam"}});
  for (const Options& changes : all) {
    SCOPED_TRACE(testing::PrintToString(changes));
    const std::vector<double> expected = train("CURVEGRAPH_TRAIN", changes);
    const std::vector<double> found = train("CURVEGRAPH_CUDA_TRAIN", changes);
    ASSERT_EQ(expected.size(), 12U);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], expected[i], 1e-4 * std::abs(expected[i])) << i;
    }
  }
}

TEST(CudaTraining, AloneOffersTf32) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  Command command = train_command(fashion_mnist_options(dir));
  command.emplace_back("--tf32");
  const ProcessResult on_host = run_process(command);
  EXPECT_EQ(on_host.status, 2);
  EXPECT_EQ(on_host.err, "train: TF32: found the build for the host, expected that for CUDA, -Ddevice=cuda\n");
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "out"));
  command.front() = std::getenv("CURVEGRAPH_CUDA_TRAIN");
  EXPECT_EQ(run_process(command).status, 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
