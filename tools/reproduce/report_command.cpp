#include "tools/reproduce/report_command.h"

#include <filesystem>

#include <fmt/core.h>

#include "tools/command_line/arguments.h"
#include "tools/reproduce/report/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kReportSynopsis =
    "reproduce report --experiment DIR\n"
    "\n"
    "Writes report.html and report.md of an experiment anew, from what lies in its folder: while its runs go on, or\n"
    "after they were stopped. Runs nothing. Needs gnuplot and cmark-gfm (Debian packages gnuplot-nox, cmark-gfm).\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

}  // namespace

void report_command(int argc, const char* const* argv) {
  OptionGroup group("Report");
  group.add("experiment", "DIR", kNoDefault,
            "the folder of an experiment, such as results/cifar10-convex after --output results; required");
  const auto described = option_table({&group});
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, kReportSynopsis, described)) return;
  const std::filesystem::path folder = ArgumentValues(map).required("experiment", "the folder of an experiment");
  require_report_programs();
  write_report(folder);
  fmt::print("report in {}\n", (folder / "report.html").string());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
