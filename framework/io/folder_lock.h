#pragma once

#include <filesystem>
#include <vector>

#include "framework/io/descriptor.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Makes this process the owner of a folder until the object or the process ends, so that two programs do not write
/// into one folder. The lock is the system's (flock), and leaves no file behind. File systems without such locks, some
/// network ones, grant it to everybody.
class FolderLock {
 public:
  /// Creates the folder and those above it if they are missing, and removes temporary files that replace_file() left
  /// there when it was killed. Throws Error if the folder cannot be created, or if another process owns it.
  explicit FolderLock(const std::filesystem::path& folder);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  FolderLock(FolderLock&&) = delete;
  FolderLock& operator=(FolderLock&&) = delete;
  /// Removes the folders that the constructor has created, if they are empty.
  ~FolderLock();

 private:
  std::vector<std::filesystem::path> created_;  // the innermost first
  Descriptor folder_{-1};
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
