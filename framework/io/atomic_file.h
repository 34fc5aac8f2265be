#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Takes the next bytes of a file.
using ByteSink = std::function<void(std::span<const std::byte>)>;

/// Makes `bytes` the contents of the file at `path`, whole or not at all: a run that is killed or finds the disk full
/// in the middle leaves the old file. The bytes go to a new file in the same folder ("NAME.PID-NUMBER.tmp"), reach the
/// disk, and then take the target's place by a rename. The new file has the permissions that the umask grants; a
/// symbolic link at `path` is replaced, not followed.
///
/// Throws Error ("PATH: cannot ...: reason"); the target is then as it was and the temporary file is removed. The only
/// exception is a failure of the last step, which writes the folder's entry to disk: the target is new by then.
void replace_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void replace_file(const std::filesystem::path& path, std::string_view text);

/// The same for contents that are never in memory as a whole: `write` hands them over piece by piece. If it throws, the
/// exception goes on to the caller, and the target is as it was.
void replace_file(const std::filesystem::path& path, const std::function<void(const ByteSink&)>& write);

/// The contents of the file at `path`. Throws Error ("PATH: cannot ...: reason") if it is missing or unreadable.
std::vector<std::byte> read_file(const std::filesystem::path& path);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
