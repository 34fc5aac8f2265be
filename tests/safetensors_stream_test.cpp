#include "framework/io/safetensors_stream.h"

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Hands over `count` floats 0, 1, ... one by one.
TensorSource counting(int count, std::vector<std::int64_t> shape) {
  return {DType::F32, std::move(shape), [count](const ByteSink& out) {
            for (int i = 0; i < count; ++i) {
              const auto value = static_cast<float>(i);
              out(std::as_bytes(std::span(&value, 1)));
            }
          }};
}

TEST(WriteSafetensorsInPieces, WritesWhatTheWholeGives) {
  const std::array<std::int64_t, 2> counts{-1, 1LL << 40};
  const TensorSource integers{DType::I64, {2}, [&](const ByteSink& out) { out(std::as_bytes(std::span(counts))); }};
  const TempDir dir;
  write_safetensors(dir.path() / "pieces", {{"a", counting(6, {2, 3})}, {"b", integers}}, {{"k", "v"}});
  write_safetensors(dir.path() / "whole",
                    {.tensors = {{"a", StoredTensor::from<float>(std::array<float, 6>{0, 1, 2, 3, 4, 5}, {2, 3})},
                                 {"b", StoredTensor::from<std::int64_t>(counts, {2})}},
                     .metadata = {{"k", "v"}}});
  EXPECT_EQ(dir.read("pieces"), dir.read("whole"));
}

TEST(WriteSafetensorsInPieces, RefusesSourcesThatDoNotKeepTheirWord) {
  const TempDir dir;
  const auto path = dir.write("a", "old");
  const auto write = [&](const TensorSource& source) { write_safetensors(path, {{"w", source}}, {}); };
  for (const int count : {5, 7}) {
    EXPECT_THAT(
        [&] {
          write(counting(count, {2, 3}));
        },
        ThrowsMessage<UsageError>(path.string() + ": cannot be written: tensor \"w\": " + std::to_string(4 * count) +
                                  " bytes of data, expected 24 for F32 of shape [2, 3]"));
  }
  EXPECT_THAT([&] { write(counting(1, {-1})); },
              ThrowsMessage<UsageError>(path.string() + ": cannot be written: tensor \"w\": F32 of shape [-1], " +
                                        "expected a representable number of bytes"));
  EXPECT_THAT(
      [&] {
        write({DType::U8, {1}, [](const ByteSink&) { throw Error("torn"); }});
      },
      ThrowsMessage<Error>("torn"));
  EXPECT_EQ(dir.read("a"), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
}

TEST(SafetensorsFile, ReadsAnyPartOfATensor) {
  const TempDir dir;
  const auto path = dir.path() / "a";
  write_safetensors(path, {{"a", counting(3, {3})}, {"b", counting(6, {2, 3})}}, {{"k", "v"}});
  const SafetensorsFile file(path);
  EXPECT_EQ(file.source(), path.string());
  EXPECT_THAT(file.metadata(), ElementsAre(testing::Pair("k", "v")));
  EXPECT_THAT(file.at("b").shape, ElementsAre(2, 3));
  std::array<float, 2> two{};
  for (const std::uint64_t first : {0ULL, 1ULL, 4ULL}) {
    file.read("b", 4 * first, std::as_writable_bytes(std::span(two)));
    EXPECT_THAT(two, ElementsAre(first, first + 1));
  }
  file.read("b", 24, {});
  for (const std::uint64_t first : {17ULL, 24ULL, 25ULL, ~0ULL}) {
    EXPECT_THAT([&] { file.read("b", first, std::as_writable_bytes(std::span(two))); },
                ThrowsMessage<UsageError>(path.string() + ": 8 bytes of tensor \"b\" from byte " +
                                          std::to_string(first) + ", expected at most its 24"));
  }
  EXPECT_THAT([&] { file.read("c", 0, {}); },
              ThrowsMessage<Error>(path.string() + R"(: has no tensor "c", only "a", "b")"));
}

TEST(SafetensorsFile, RequiresTypeAndShape) {
  const TempDir dir;
  write_safetensors(dir.path() / "a", {{"w", counting(6, {2, 3})}}, {});
  const SafetensorsFile file(dir.path() / "a");
  using Extents = std::vector<std::int64_t>;
  file.require("w", DType::F32, Extents{2, 3});
  EXPECT_THAT(
      [&] {
        file.require("w", DType::F32, Extents{3, 2});
      },
      ThrowsMessage<Error>(file.source() + ": w is F32 [2, 3], expected F32 [3, 2]"));
  EXPECT_THAT(
      [&] {
        file.require("w", DType::F64, Extents{2, 3});
      },
      ThrowsMessage<Error>(file.source() + ": w is F32 [2, 3], expected F64 [2, 3]"));
}

TEST(SafetensorsFile, KeepsToTheFileThatItHasOpened) {
  const TempDir dir;
  const auto path = dir.path() / "a";
  write_safetensors(path, {{"w", counting(6, {6})}}, {});
  const SafetensorsFile file(path);
  write_safetensors(path, {{"v", counting(1, {1})}}, {});
  std::array<float, 6> all{};
  file.read("w", 0, std::as_writable_bytes(std::span(all)));
  EXPECT_THAT(all, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(SafetensorsFile, NoticesThatAFileIsCutWhileItIsRead) {
  const TempDir dir;
  const auto path = dir.path() / "a";
  write_safetensors(path, {{"w", counting(6, {6})}}, {});
  const SafetensorsFile file(path);
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 4);
  std::array<float, 6> all{};
  EXPECT_THAT([&] { file.read("w", 0, std::as_writable_bytes(std::span(all))); },
              ThrowsMessage<Error>(path.string() + ": ends at byte " + std::to_string(size - 4) +
                                   " while it is read, expected 4 more"));
  EXPECT_THAT([&] { SafetensorsFile again(dir.path()); },
              ThrowsMessage<Error>(HasSubstr("cannot read: Is a directory")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
