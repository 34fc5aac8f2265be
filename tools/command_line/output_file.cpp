#include "tools/command_line/output_file.h"

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void require_replaceable(const char* option, const std::filesystem::path& path,
                         bool (*ours)(const std::filesystem::path&)) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!std::filesystem::is_directory(folder)) {
    throw Error(fmt::format("--{} {}: there is no folder {}, expected an existing one", option, path.string(),
                            folder.string()));
  }
  if (std::filesystem::exists(path) && !ours(path)) {
    throw UsageError(
        fmt::format("--{} {}: already exists and is not a file that this program wrote, expected a new name", option,
                    path.string()));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
