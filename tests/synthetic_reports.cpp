#include <filesystem>
#include <string>

#include <fmt/core.h>

#include "tests/support/experiment_folders.h"
#include "tools/reproduce/report/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

template <class Write>
void report_on(const std::filesystem::path& to, const Write& write) {
  const TempDir dir;
  write(dir);
  write_report(dir.path());
  std::filesystem::copy(dir.path(), to, std::filesystem::copy_options::recursive);
}

void write_all(const std::filesystem::path& to) {
  for (const std::string experiment : {"cifar10-convex", "cifar10-nonconvex", "imagenet10-convex"}) {
    const std::string criterion = experiment.ends_with("nonconvex") ? "bounded" : "cross-entropy";
    report_on(to / experiment, [&](const TempDir& dir) { write_realistic_training(dir, experiment, criterion); });
  }
  report_on(to / "hessian-errors", write_realistic_errors);
  report_on(to / "cost", write_realistic_costs);
  report_on(to / "nothing-yet", [](const TempDir& dir) {
    write_training_experiment(dir, "cifar10-convex", "cross-entropy", 40, {1}, {"sgd", "pch-1+ea-cg", "pch-1+kfi"});
  });
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION

/// Reports of made-up results, for a browser: synthetic-reports NEW_FOLDER
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    std::filesystem::create_directories(argv[1]);
    curvegraph::write_all(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "synthetic-reports: {}\n", error.what());
    return 1;
  }
  return 0;
}
