#include "framework/io/safetensors_stream.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
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

TEST(SafetensorsFile, ReadsNumbersOfEveryWidth) {
  const auto stored = [](DType dtype, const auto& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return StoredTensor{dtype, {3}, {bytes.begin(), bytes.end()}};
  };
  const TempDir dir;
  write_safetensors(dir.path() / "a",
                    {.tensors = {{"half", stored(DType::F16, std::array<std::uint16_t, 3>{0x3c00, 0x3800, 0xc000})},
                                 {"brain", stored(DType::BF16, std::array<std::uint16_t, 3>{0x3f80, 0x3f00, 0xc000})},
                                 {"single", stored(DType::F32, std::array<float, 3>{1, 0.5F, -2})},
                                 {"double", stored(DType::F64, std::array<double, 3>{1, 0.5, -2})},
                                 {"whole", stored(DType::I64, std::array<std::int64_t, 3>{1, 2, 3})}}});
  const SafetensorsFile file(dir.path() / "a");
  const std::array<std::int64_t, 1> shape{3};
  for (const char* name : {"half", "brain", "single", "double"}) {
    file.require_numbers(name, shape);
    std::array<real, 2> last{};
    file.read_numbers(name, 1, last);
    EXPECT_THAT(last, ElementsAre(0.5F, -2)) << name;
  }
  EXPECT_THAT(
      [&] { file.require_numbers("whole", shape); },
      ThrowsMessage<Error>(file.source() + R"(: tensor "whole" is I64 [3], expected F16, BF16, F32 or F64 [3])"));
  real number = 0;
  EXPECT_THAT([&] { file.read_numbers("whole", 0, std::span(&number, 1)); },
              ThrowsMessage<UsageError>(file.source() + R"(: tensor "whole" is I64, expected numbers)"));
}

TEST(SafetensorsFile, FindsTheFirstNumberThatIsNotFinite) {
  constexpr std::int64_t kRows = 3;
  constexpr std::int64_t kColumns = 700'000;  // in several pieces
  std::vector<float> values(static_cast<std::size_t>(kRows * kColumns));
  const TempDir dir;
  const auto write = [&] {
    write_safetensors(dir.path() / "a", {.tensors = {{"w", StoredTensor::from<float>(values, {kRows, kColumns})},
                                                     {"none", StoredTensor::from<float>({}, {0, 2})}}});
    return SafetensorsFile(dir.path() / "a");
  };
  write().require_finite("w");
  write().require_finite("none");
  values.back() = std::numeric_limits<float>::infinity();
  EXPECT_THAT([&] { write().require_finite("w"); },
              ThrowsMessage<Error>((dir.path() / "a").string() + R"(: tensor "w" holds inf at [2, 699999], expected )" +
                                   "numbers that are finite in " + real_name));
  values[1'400'001] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT([&] { write().require_finite("w"); }, ThrowsMessage<Error>(HasSubstr("holds nan at [2, 1], ")));
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
