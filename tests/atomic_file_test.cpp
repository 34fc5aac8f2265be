#include "framework/io/atomic_file.h"

#include <csignal>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::ThrowsMessage;

auto files_in(const TempDir& dir) {
  const std::filesystem::directory_iterator entries(dir.path());
  return std::distance(begin(entries), end(entries));
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// While it lives, no file can grow beyond `bytes`: a disk that is full, without one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit old_{};
};

TEST(ReplaceFile, CreatesAndReplacesLeavingNothingElse) {
  const TempDir dir;
  replace_file(dir.path() / "a", "first, and longer");
  EXPECT_EQ(dir.read("a"), "first, and longer");
  const auto bytes = std::to_array({std::byte{0}, std::byte{255}});
  replace_file(dir.path() / "a", bytes);
  EXPECT_EQ(dir.read("a"), std::string("\0\xff", 2));
  replace_file(dir.path() / "a", "");
  EXPECT_EQ(dir.read("a"), "");
  EXPECT_EQ(files_in(dir), 1);
}

TEST(ReplaceFile, ReplacesRatherThanRewrites) {
  // Another name of the old file still shows the old contents: nothing was written into it.
  const TempDir dir;
  const auto target = dir.write("a", "old");
  std::filesystem::create_hard_link(target, dir.path() / "old");
  replace_file(target, "new");
  EXPECT_EQ(dir.read("old"), "old");
  EXPECT_EQ(dir.read("a"), "new");
}

TEST(ReplaceFile, SkipsTemporaryFilesThatAKilledRunLeft) {
  const TempDir dir;
  const std::string stale = "a." + std::to_string(::getpid()) + "-0.tmp";
  dir.write(stale, "stale");
  replace_file(dir.path() / "a", "new");
  EXPECT_EQ(dir.read("a"), "new");
  EXPECT_EQ(dir.read(stale), "stale");
  EXPECT_EQ(files_in(dir), 2);
}

TEST(ReplaceFile, GrantsThePermissionsOfTheUmask) {
  const TempDir dir;
  const mode_t old = ::umask(027);
  replace_file(dir.path() / "a", "");
  ::umask(old);
  EXPECT_EQ(std::filesystem::status(dir.path() / "a").permissions(), std::filesystem::perms{0640});
}

TEST(ReplaceFile, AcceptsANameWithoutFolder) {
  const TempDir dir;
  const auto old = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  replace_file("a", "here");
  std::filesystem::current_path(old);
  EXPECT_EQ(dir.read("a"), "here");
}

TEST(ReplaceFile, KeepsTheTargetWhenWritingFails) {
  const TempDir dir;
  const auto target = dir.write("a", "old");
  const std::string contents(1000, 'x');
  {
    const FileSizeLimit limit(100);
    EXPECT_THAT([&] { replace_file(target, contents); },
                ThrowsMessage<Error>(target.string() + ": cannot write: File too large"));
  }
  EXPECT_EQ(dir.read("a"), "old");
  EXPECT_EQ(files_in(dir), 1);
}

TEST(ReplaceFile, TakesContentsPieceByPiece) {
  const TempDir dir;
  const auto target = dir.write("a", "old");
  replace_file(target, [&](const ByteSink& out) {
    for (const std::string_view piece : {"one, ", "", "two"}) out(std::as_bytes(std::span(piece)));
    EXPECT_EQ(dir.read("a"), "old");
  });
  EXPECT_EQ(dir.read("a"), "one, two");
  EXPECT_EQ(files_in(dir), 1);
}

TEST(ReplaceFile, KeepsTheTargetWhenThereAreNoMorePieces) {
  const TempDir dir;
  const auto target = dir.write("a", "old");
  const std::string piece(1000, 'x');
  EXPECT_THAT(
      [&] {
        replace_file(target, [&](const ByteSink& out) {
          out(std::as_bytes(std::span(piece)));
          throw Error("no more");
        });
      },
      ThrowsMessage<Error>("no more"));
  EXPECT_EQ(dir.read("a"), "old");
  EXPECT_EQ(files_in(dir), 1);
}

TEST(ReplaceFile, KeepsTheTargetWhenRenamingFails) {
  const TempDir dir;
  const auto target = dir.path() / "folder";
  dir.write("folder/inside", "kept");
  EXPECT_THAT([&] { replace_file(target, "new"); },
              ThrowsMessage<Error>(target.string() + ": cannot replace: Is a directory"));
  EXPECT_EQ(dir.read("folder/inside"), "kept");
  EXPECT_EQ(files_in(dir), 1);
}

TEST(ReplaceFile, RejectsFoldersThatAreNone) {
  const TempDir dir;
  dir.write("file", "kept");
  const auto below_file = dir.path() / "file" / "a";
  EXPECT_THAT([&] { replace_file(below_file, "new"); },
              ThrowsMessage<Error>(below_file.string() + ": cannot open its folder: Not a directory"));
  const auto missing = dir.path() / "missing" / "a";
  EXPECT_THAT([&] { replace_file(missing, "new"); },
              ThrowsMessage<Error>(missing.string() + ": cannot open its folder: No such file or directory"));
  EXPECT_EQ(dir.read("file"), "kept");
}

TEST(ReplaceFile, RejectsANameThatLeavesNoRoomForTheTemporary) {
  const TempDir dir;
  const auto target = dir.path() / std::string(255, 'n');
  EXPECT_THAT([&] { replace_file(target, "new"); },
              ThrowsMessage<Error>(target.string() + ": cannot create a file beside it: File name too long"));
  EXPECT_EQ(files_in(dir), 0);
}

TEST(ReadFile, ReturnsEveryByte) {
  const TempDir dir;
  const std::string contents("a\0b\n", 4);
  EXPECT_EQ(text_of(read_file(dir.write("a", contents))), contents);
  EXPECT_THAT(read_file(dir.write("empty", "")), IsEmpty());
}

TEST(ReadFile, ReadsFilesThatDoNotTellTheirSize) {
  // The system reports 0 bytes for files in /proc.
  EXPECT_THAT(text_of(read_file("/proc/self/status")), AllOf(StartsWith("Name:"), HasSubstr("Pid:")));
}

TEST(ReadFile, RejectsWhatCannotBeRead) {
  const TempDir dir;
  const auto missing = dir.path() / "missing";
  EXPECT_THAT([&] { read_file(missing); },
              ThrowsMessage<Error>(missing.string() + ": cannot open: No such file or directory"));
  EXPECT_THAT([&] { read_file(dir.path()); },
              ThrowsMessage<Error>(dir.path().string() + ": cannot read: Is a directory"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
