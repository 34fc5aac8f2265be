#pragma once

#include <filesystem>
#include <string>

#include "tools/reproduce/race/tasks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Where data is from, and where what both sides can read is made of it.
struct RaceDataFolders {
  std::filesystem::path cifar;    ///< CIFAR-10's binary files or an image folder
  std::filesystem::path fashion;  ///< IDX files
  std::filesystem::path made;     ///< written here: the arm's data, and the binary files of an image folder
  int arm_samples = 40000;        ///< for training; a quarter of them for the test
};

struct TaskData {
  std::filesystem::path folder = {};  ///< for --data
  std::string description = {};
  double plateau = 0;  ///< see plateau.h
};

/// Readies a task's data: what is made of it once is kept. Throws UsageError where a folder is not given, or what was
/// made is of other options, Error where it cannot be read.
TaskData prepare_task_data(const RaceTask& task, const RaceDataFolders& folders);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
