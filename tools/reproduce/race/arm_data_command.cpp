#include "tools/reproduce/race/arm_data_command.h"

#include <fmt/core.h>

#include "tools/command_line/arguments.h"
#include "tools/reproduce/race/task_data.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kArmDataSynopsis =
    "reproduce arm-data --output DIR [--samples N]\n"
    "\n"
    "Writes the data of the race's two-link arm to DIR/arm, for tools/train --dataset npy and for other programs. A\n"
    "fifth of the training targets are grossly wrong; the test targets are clean. Files that are there are kept.\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

}  // namespace

void arm_data_command(int argc, const char* const* argv) {
  OptionGroup group("Data");
  group.add("output", "DIR", kNoDefault, "the folder arm is made there; required");
  group.add("samples", "N", "40000", "for training, from 4; the test has a quarter");
  const auto described = option_table({&group});
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, kArmDataSynopsis, described)) return;
  const ArgumentValues values(map);
  RaceDataFolders folders;
  folders.made = values.required("output", "the folder for the data");
  folders.arm_samples = values.number<int>("samples", "a whole number from 4", [](int n) { return n >= 4; });
  const TaskData data = prepare_task_data(race_task("arm-tukey"), folders);
  fmt::print("{}; in {}\n", data.description, data.folder.string());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
