#include "framework/io/folder_lock.h"

#include <regex>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

namespace fs = std::filesystem;

/// The folder and those above it that do not exist yet, the innermost first.
std::vector<fs::path> missing_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path path = fs::absolute(folder).lexically_normal(); !fs::exists(path, error) && !error;
       path = path.parent_path()) {
    if (path.has_filename()) missing.push_back(path);
  }
  return missing;
}

void remove_temporaries(const fs::path& folder) {
  static const std::regex temporary(R"(.+\.[0-9]+-[0-9]+\.tmp)");
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (std::regex_match(entry.path().filename().string(), temporary)) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : created_(missing_folders(folder)) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw Error(fmt::format("{}: cannot be created: {}", folder.string(),
                            error ? error.message() : "something else has that name"));
  }
  folder_ = Descriptor(uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!folder_.valid()) fail(folder, "open");
  if (uninterrupted([&] { return ::flock(folder_.number(), LOCK_EX | LOCK_NB); }) < 0 && errno == EWOULDBLOCK) {
    created_.clear();
    throw Error(fmt::format("{}: another process is writing there, expected a folder of its own", folder.string()));
  }
  remove_temporaries(folder);
}

FolderLock::~FolderLock() {
  std::error_code error;
  for (const fs::path& path : created_) {
    if (!fs::remove(path, error)) return;
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
