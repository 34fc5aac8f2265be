#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

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

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
