#include "framework/io/atomic_file.h"

#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/index.h"
#include "framework/io/descriptor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// A new file beside the target. The destructor removes it unless it has taken the target's place.
class Temporary {
 public:
  explicit Temporary(const std::filesystem::path& target) : target_(target), file_(create()) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = uninterrupted([&] { return ::write(file_.number(), bytes.data(), bytes.size()); });
      if (written < 0) fail(target_, "write");
      bytes = bytes.subspan(to_index(written));
    }
  }

  /// Returns once the bytes are on the disk.
  void sync() {
    if (uninterrupted([&] { return ::fsync(file_.number()); }) < 0 || !file_.close()) fail(target_, "write");
  }

  void replace_target() {
    if (::rename(path_.c_str(), target_.c_str()) < 0) fail(target_, "replace");
    path_.clear();
  }

 private:
  /// Creates a file with a free name and sets path_ to it. mkstemp would deny everyone else access to the file.
  int create() {
    for (int attempt = 0;; ++attempt) {
      std::filesystem::path candidate = target_;
      candidate += fmt::format(".{}-{}.tmp", ::getpid(), attempt);
      const int number =
          uninterrupted([&] { return ::open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); });
      if (number >= 0) {
        path_ = std::move(candidate);
        return number;
      }
      if (errno != EEXIST) fail(target_, "create a file beside it");
    }
  }

  const std::filesystem::path& target_;
  std::filesystem::path path_;
  Descriptor file_;
};

}  // namespace

void replace_file(const std::filesystem::path& path, const std::function<void(const ByteSink&)>& write) {
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  // Opens the folder first. If it cannot be opened, and so not synced, the error comes while the target is untouched.
  const Descriptor folder(uninterrupted([&] { return ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!folder.valid()) fail(path, "open its folder");

  Temporary temporary(path);
  write([&](std::span<const std::byte> bytes) { temporary.write(bytes); });
  temporary.sync();
  temporary.replace_target();

  // EINVAL: the folders of this file system need no sync.
  if (uninterrupted([&] { return ::fsync(folder.number()); }) < 0 && errno != EINVAL) fail(path, "sync its folder");
}

void replace_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  replace_file(path, [bytes](const ByteSink& out) { out(bytes); });
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  replace_file(path, std::as_bytes(std::span(text)));
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const Descriptor file(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!file.valid()) fail(path, "open");
  struct stat status {};
  if (::fstat(file.number(), &status) < 0) fail(path, "read");

  // The size is a hint (a pipe has none). The extra byte is for the last read, which finds the end.
  std::vector<std::byte> bytes(to_index(status.st_size) + 1);
  std::size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) bytes.resize(2 * filled);
    const ssize_t got =
        uninterrupted([&] { return ::read(file.number(), bytes.data() + filled, bytes.size() - filled); });
    if (got < 0) fail(path, "read");
    if (got == 0) break;
    filled += to_index(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
