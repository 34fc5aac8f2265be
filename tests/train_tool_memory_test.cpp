#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/npy.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// Of images of 256 x 256 pixels.
constexpr int inputs = 196'608;

double own_peak() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

/// The program's peak in bytes with that many units in a wide first layer.
double peak(const Options& options, int units) {
  const ProcessResult result = run_train(with(options, {{"layers", fmt::format("{}-{}-2", inputs, units)}}));
  EXPECT_EQ(result.status, 0) << result.err;
  // Else it may be this process that was measured.
  EXPECT_GT(static_cast<double>(result.peak_memory), own_peak());
  return static_cast<double>(result.peak_memory);
}

/// By how many bytes the peak grows with each byte of weights. The data, the batch and the program's own are the same
/// at both widths.
double growth(const TempDir& dir, const Options& changes) {
  constexpr int narrow = 16;
  constexpr int wide = 112;
  const auto run = [&](int units) {
    const std::string out = (dir.path() / fmt::format("out-{}", units)).string();
    Options options = with(image_folder_options(dir), {{"image-size", "256"}, {"epochs", "1"}, {"output", out}});
    options = with(options, changes);
    if (options.contains("resume")) options = with(options, {{"resume", out}, {"epochs", "2"}});
    return peak(options, units);
  };
  constexpr double weights = 1.0 * inputs * (wide - narrow) * sizeof(float);
  const double small = run(narrow);
  return (run(wide) - small) / weights;
}

TEST(TrainToolMemory, GrowsByTheWeightsAndWhatTheOptimizerKeeps) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's own memory grows with the program's";
#endif
  const std::vector<std::pair<Options, double>> bounds = {
      {{{"preset", "paper"}}, 1.2},
      {{{"preset", "default"}}, 2.2},  // a velocity
      {{{"optimizer", "sgd"}}, 2.2},   // likewise
  };
  for (const auto& [options, bound] : bounds) {
    const TempDir dir;
    write_image_folder(dir, "data");
    EXPECT_LT(growth(dir, options), bound) << testing::PrintToString(options);
    EXPECT_LT(growth(dir, with(options, {{"resume", ""}})), bound) << testing::PrintToString(options) << ", resumed";
  }
}

TEST(TrainToolMemory, IsStatedBeforeAFitToManyDigits) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's own memory grows with the program's";
#endif
  const TempDir dir;
  constexpr int samples = 3000;
  for (const char* part : {"train", "test"}) {
    std::vector<double> values(samples);
    for (int i = 0; i < samples; ++i) values[static_cast<std::size_t>(i)] = i;
    dir.write(fmt::format("data/{}_inputs.npy", part),
              npy_file({.descr = "<f8", .shape = fmt::format("({}, 1)", samples)}, bytes_of(values)));
    dir.write(fmt::format("data/{}_targets.npy", part),
              npy_file({.descr = "<f8", .shape = fmt::format("({},)", samples)}, bytes_of(values)));
  }
  for (const char* layers : {"1-40-40-1", "1-200-200-1"}) {  // systems of 1,761 parameters and 3,000 samples
    const ProcessResult result = run_train({{"dataset", "npy"},
                                            {"data", (dir.path() / "data").string()},
                                            {"layers", layers},
                                            {"optimizer", "levenberg-marquardt"},
                                            {"epochs", "2"},
                                            {"output", (dir.path() / layers).string()}});
    ASSERT_EQ(result.status, 0) << result.err;
    const std::size_t end = result.out.find(" MB in all");
    ASSERT_NE(end, std::string::npos) << result.out;
    const double stated = 1e6 * std::stod(result.out.substr(result.out.rfind(' ', end - 1)));
    EXPECT_GE(static_cast<double>(result.peak_memory), 0.99 * stated) << layers;
    // OpenBLAS has some MB of its own for each thread.
    EXPECT_LE(static_cast<double>(result.peak_memory), 1.1 * stated + 12e6) << layers;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
