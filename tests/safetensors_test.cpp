#include "framework/io/safetensors.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

template <class T>
StoredTensor tensor(std::vector<T> values, std::vector<std::int64_t> shape) {
  return StoredTensor::from<T>(values, std::move(shape));
}

TEST(StoredTensor, KeepsValuesOfEveryType) {
  EXPECT_THAT(tensor<float>({1.5F, -2.0F}, {2}).as<float>(), ElementsAre(1.5F, -2.0F));
  EXPECT_THAT(tensor<double>({0.1}, {}).as<double>(), ElementsAre(0.1));
  EXPECT_THAT(tensor<std::int64_t>({-1, 1LL << 40}, {2, 1}).as<std::int64_t>(), ElementsAre(-1, 1LL << 40));
  EXPECT_THAT(tensor<std::uint8_t>({0, 255}, {1, 2}).as<std::uint8_t>(), ElementsAre(0, 255));
  EXPECT_THAT(tensor<float>({}, {3, 0}).as<float>(), IsEmpty());
}

TEST(StoredTensor, RejectsAnotherType) {
  EXPECT_THAT(
      [] {
        tensor<float>({1, 2}, {2, 1}).as<double>();
      },
      ThrowsMessage<Error>("a tensor of shape [2, 1] is stored as F32, expected F64"));
}

TEST(StoredTensor, RejectsAShapeThatDoesNotFit) {
  EXPECT_THAT(
      [] {
        tensor<float>({1, 2}, {3});
      },
      ThrowsMessage<UsageError>("8 bytes of data, expected 12 for F32 of shape [3]"));
  EXPECT_THAT(
      [] {
        tensor<float>({1}, {-1, -1});
      },
      ThrowsMessage<UsageError>("4 bytes of data, expected a representable number for F32 of shape [-1, -1]"));
}

TEST(ByteCount, DetectsOverflow) {
  constexpr std::int64_t half = 1LL << 32;
  struct Case {
    std::vector<std::int64_t> shape;
    std::optional<std::uint64_t> bytes;
  };
  const std::vector<Case> cases = {
      {{}, 8},
      {{0}, 0},
      {{2, 3}, 48},
      {{half, half / 16}, 1ULL << 63},
      {{half, half / 8}, std::nullopt},
      {{half, half, 0}, std::nullopt},
      {{0, half, half}, 0},
      {{-1}, std::nullopt},
      {{0, -1}, std::nullopt},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(byte_count(DType::F64, one.shape), one.bytes) << testing::PrintToString(one.shape);
  }
}

TEST(WriteSafetensors, LaysOutEveryByteAsTheFormatSays) {
  Safetensors content;
  content.tensors["bytes"] = tensor<std::uint8_t>({7, 8, 9}, {3});
  content.tensors["weights"] = tensor<float>({1.0F, -2.0F}, {1, 2});
  content.tensors["count"] = tensor<std::int64_t>({258}, {});
  content.metadata["format"] = "c++";

  std::string header = R"({"__metadata__":{"format":"c++"},)"
                       R"("count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
                       R"("weights":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},)"
                       R"("bytes":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}})";
  ASSERT_EQ(header.size(), 209U);
  header += "       ";  // to 216, the next multiple of 8
  using namespace std::string_literals;
  const std::string expected = "\xd8\0\0\0\0\0\0\0"s + header  // 216, little-endian
                               + "\x02\x01\0\0\0\0\0\0"s       // 258
                               + "\0\0\x80\x3f\0\0\0\xc0"s     // 1 and -2
                               + "\x07\x08\x09"s;

  const TempDir dir;
  write_safetensors(dir.path() / "a", content);
  EXPECT_EQ(dir.read("a"), expected);
}

TEST(WriteSafetensors, WritesEqualBytesForEqualContent) {
  const TempDir dir;
  for (const bool backwards : {false, true}) {
    Safetensors content;
    content.tensors[backwards ? "b" : "a"] = tensor<float>({1}, {1});
    content.tensors[backwards ? "a" : "b"] = tensor<float>({1}, {1});
    content.metadata = {{"k", "v"}};
    content.source = backwards ? "elsewhere" : "";
    write_safetensors(dir.path() / (backwards ? "second" : "first"), content);
  }
  EXPECT_EQ(dir.read("first"), dir.read("second"));
}

TEST(WriteSafetensors, RejectsContentThatTheFormatCannotHold) {
  StoredTensor torn = tensor<float>({1}, {1});
  torn.bytes.pop_back();
  struct Case {
    Safetensors content;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{{{"w", torn}}, {}}, R"(tensor "w": 3 bytes of data, expected 4 for F32 of shape [1])"},
      {{{{"__metadata__", tensor<float>({1}, {1})}}, {}}, "a tensor cannot be called __metadata__"},
      {{{{"\xff", tensor<float>({1}, {1})}}, {}}, "a name or the metadata is not text"},
      {{{}, {{"key", "\xff"}}}, "a name or the metadata is not text"},
  };
  const TempDir dir;
  const auto path = dir.path() / "a";
  for (const Case& one : cases) {
    EXPECT_THAT([&] { write_safetensors(path, one.content); },
                ThrowsMessage<UsageError>(AllOf(StartsWith(path.string() + ": cannot be written: "),
                                                HasSubstr(one.message), Not(HasSubstr("\n")))));
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

TEST(Safetensors, NamesAMissingTensor) {
  Safetensors content;
  EXPECT_THAT([&] { content.at("w"); },
              ThrowsMessage<Error>(R"(tensors in memory: has no tensor "w", only none at all)"));
  content.tensors["a\n"] = tensor<float>({1}, {1});
  content.tensors["b"] = tensor<float>({2}, {1});
  content.source = "file";
  EXPECT_THAT([&] { content.at("w"); }, ThrowsMessage<Error>(R"(file: has no tensor "w", only "a\n", "b")"));
  EXPECT_THAT(content.at("b").as<float>(), ElementsAre(2));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
