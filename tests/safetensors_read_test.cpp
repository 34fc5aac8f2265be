#include <array>
#include <cstdint>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/io/safetensors.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::Not;
using testing::Pair;
using testing::Property;
using testing::ResultOf;
using testing::SizeIs;
using testing::StartsWith;
using testing::Throws;
using testing::ThrowsMessage;

/// A file of that header and `data_bytes` bytes of data.
std::string file_of(const std::string& header, std::size_t data_bytes = 0) {
  std::string file;
  for (std::size_t shift = 0; shift < 64; shift += 8) {
    file += static_cast<char>(static_cast<std::uint64_t>(header.size()) >> shift & 0xff);
  }
  return file + header + std::string(data_bytes, '\0');
}

TEST(ReadSafetensors, ReadsWhatTheFormatAllows) {
  // Data in another order than the names, an odd offset for a double, unknown members, an unpadded header.
  const TempDir dir;
  const auto path = dir.write(
      "a", file_of(R"({"d":{"shape":[1,1],"extra":{"x":[null]},"dtype":"F64","data_offsets":[3,11]},)"
                   R"("u":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                   R"("none":{"dtype":"F32","shape":[5,0],"data_offsets":[3,3]},"__metadata__":{"k\n":"v"}})") +
               "\1\2\3\0\0\0\0\0\0\xf0\x3f"s);
  const Safetensors content = read_safetensors(path);
  EXPECT_THAT(content.tensors, SizeIs(3));
  EXPECT_THAT(content.at("u").as<std::uint8_t>(), ElementsAre(1, 2, 3));
  EXPECT_THAT(content.at("d").as<double>(), ElementsAre(1.0));
  EXPECT_THAT(content.at("d").shape, ElementsAre(1, 1));
  EXPECT_THAT(content.at("none").as<float>(), IsEmpty());
  EXPECT_THAT(content.metadata, ElementsAre(Pair("k\n", "v")));
  EXPECT_EQ(content.source, path.string());
}

TEST(ReadSafetensors, ReturnsWhatWasWritten) {
  Safetensors content;
  content.tensors["f"] = StoredTensor::from<float>(std::array{0.1F, -0.0F}, {2});
  content.tensors["d"] = StoredTensor::from<double>(std::array{0.1}, {});
  content.tensors["i"] = StoredTensor::from<std::int64_t>(std::array<std::int64_t, 1>{INT64_MIN}, {1});
  content.tensors["u \"\\\n\xc3\xbc"] = StoredTensor::from<std::uint8_t>(std::array<std::uint8_t, 3>{1, 2, 3}, {1, 3});
  content.tensors["none"] = StoredTensor::from<float>({}, {0});
  content.metadata = {{"a", "b"}, {"", ""}};
  const TempDir dir;
  write_safetensors(dir.path() / "a", content);
  const Safetensors back = read_safetensors(dir.path() / "a");
  EXPECT_EQ(back.metadata, content.metadata);
  ASSERT_EQ(back.tensors.size(), content.tensors.size());
  for (const auto& [name, tensor] : content.tensors) {
    EXPECT_EQ(back.at(name).dtype, tensor.dtype);
    EXPECT_EQ(back.at(name).shape, tensor.shape);
    EXPECT_EQ(back.at(name).bytes, tensor.bytes);
  }

  write_safetensors(dir.path() / "empty", {});
  EXPECT_THAT(read_safetensors(dir.path() / "empty").tensors, IsEmpty());
}

TEST(ReadSafetensors, RejectsAMissingFile) {
  const TempDir dir;
  EXPECT_THAT([&] { read_safetensors(dir.path() / "a"); }, ThrowsMessage<Error>(HasSubstr("No such file")));
}

TEST(ReadSafetensors, RejectsEveryTruncation) {
  const TempDir dir;
  const std::string whole = file_of(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8);
  ASSERT_NO_THROW(read_safetensors(dir.write("whole", whole)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto path = dir.write("cut", whole.substr(0, size));
    EXPECT_THROW(read_safetensors(path), Error) << size;
  }
}

struct BadFile {
  std::string contents;
  std::string message;
};

std::vector<BadFile> bad_files() {
  const auto one = [](const std::string& description, std::size_t data_bytes = 8) {
    return file_of(R"({"w":)" + description + "}", data_bytes);
  };
  return {
      {"", "holds 0 bytes, expected 8 for the header's length alone"},
      {"\x09\0\0\0\0\0\0\0{}"s, "announces a header of 9 bytes, but only 2 follow"},
      {"\xff\xff\xff\xff\xff\xff\xff\xff{}"s, "announces a header of 18446744073709551615 bytes, but only 2 follow"},
      {file_of(""), "its header does not begin with '{'"},
      {file_of("[]"), "its header does not begin with '{'"},
      {file_of("{\"w\":\n"), "its header of 6 bytes is not valid JSON"},
      {file_of("{\"\xff\":1}"), "is not valid JSON"},
      {file_of(R"({"w":1e999})"), "is not valid JSON"},
      {file_of(R"({"a":1,"a\n":{"b":2,"b":3}})"), R"(its header has the key "b" twice in one object)"},
      {file_of(R"({"__metadata__":[1]})"), "__metadata__ is [1], expected an object"},
      {file_of(R"({"__metadata__":{"a\n":1}})"), R"(__metadata__ has 1 for "a\n", expected a string)"},
      {file_of(R"({"a\n":3})"), R"(tensor "a\n" is 3, expected an object)"},
      {one(R"({"shape":[2],"data_offsets":[0,8]})"), R"(tensor "w" has no dtype)"},
      {one(R"({"dtype":"F32","data_offsets":[0,8]})"), R"(tensor "w" has no shape)"},
      {one(R"({"dtype":"F32","shape":[2]})"), R"(tensor "w" has no data_offsets)"},
      {one(R"({"dtype":"F12","shape":[4],"data_offsets":[0,8]})"),
       R"(tensor "w" has dtype "F12", expected one of BOOL, U8, I8, F8_E4M3, F8_E5M2, U16, I16, F16, BF16, U32, I32, )"
       "F32, U64, I64, F64"},
      {one(R"({"dtype":0,"shape":[4],"data_offsets":[0,8]})"), R"(tensor "w" has dtype 0, expected one of BOOL)"},
      {one(R"({"dtype":"F32","shape":[-1,2],"data_offsets":[0,8]})"),
       R"(tensor "w" has shape [-1,2], expected an array of integers from 0 to 9223372036854775807)"},
      {one(R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})"), R"(tensor "w" has shape 2, expected an array)"},
      {one(R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})"), R"(has shape [2.0], expected an array)"},
      {one(R"({"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]})"), "expected an array of integers"},
      {one(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]})"),
       R"(tensor "w" has 8 bytes of data, expected more than 2^64 for F32 of shape [4294967296, 4294967296])"},
      {one(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"),
       R"(tensor "w" has 8 bytes of data, expected 12 for F32 of shape [3])"},
      {one(R"({"dtype":"F32","shape":[2],"data_offsets":[0]})"),
       R"(tensor "w" has data_offsets [0], expected begin and end within the 8 bytes of data)"},
      {one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"), R"(data_offsets [8, 0], expected begin and end)"},
      {one(R"({"dtype":"F32","shape":[3],"data_offsets":[0,12]})"), R"(data_offsets [0, 12], expected begin and end)"},
      {one(R"({"dtype":"F32","shape":[2],"data_offsets":[-8,0]})"), R"(data_offsets [-8,0], expected an array)"},
      {one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})"),
       R"(tensor "w" begins at byte 4 of the data, expected 0, the start of the data)"},
      {one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})"),
       R"(holds 8 bytes of data, expected 4, where tensor "w" ends)"},
      {file_of("{}", 3), "holds 3 bytes of data, expected 0, the start of the data"},
      {file_of(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
               R"("b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})",
               7),
       R"(tensor "b" begins at byte 3 of the data, expected 4, where tensor "a" ends)"},
      {file_of(R"({"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
               R"("a":{"dtype":"U8","shape":[2],"data_offsets":[5,7]}})",
               7),
       R"(tensor "a" begins at byte 5 of the data, expected 4, where tensor "b" ends)"},
  };
}

TEST(ReadSafetensors, RejectsFilesThatContradictThemselves) {
  const TempDir dir;
  for (const BadFile& bad : bad_files()) {
    const auto path = dir.write("bad", bad.contents);
    EXPECT_THAT(
        [&] { read_safetensors(path); },
        ThrowsMessage<Error>(AllOf(StartsWith(path.string() + ": "), HasSubstr(bad.message), Not(HasSubstr("\n")))));
  }
}

TEST(ReadSafetensors, TakesEveryTypeOfTheFormat) {
  const TempDir dir;
  const std::map<std::string, std::size_t> sizes = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
                                                    {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
                                                    {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8}};
  EXPECT_EQ(dtypes().size(), sizes.size());
  for (const auto& [type, size] : sizes) {
    const auto path = dir.write("a", file_of(R"({"w":{"dtype":")" + type + R"(","shape":[3],"data_offsets":[0,)" +
                                                 std::to_string(3 * size) + "]}}",
                                             3 * size));
    const Safetensors content = read_safetensors(path);
    EXPECT_EQ(name(content.at("w").dtype), type);
    EXPECT_EQ(size_of(content.at("w").dtype), size) << type;
    EXPECT_THAT(content.at("w").bytes, SizeIs(3 * size));
    write_safetensors(dir.path() / "b", content);
    EXPECT_EQ(name(read_safetensors(dir.path() / "b").at("w").dtype), type);
  }
}

TEST(ReadSafetensors, KnowsAFileOfTorchSave) {
  const TempDir dir;
  const auto expect = [&](const std::string& contents, const std::string& kind) {
    const auto path = dir.write("model.pt", contents);
    EXPECT_THAT([&] { read_safetensors(path); },
                ThrowsMessage<Error>(path.string() + ": is a " + kind +
                                     ", such as torch.save() writes, expected a safetensors file, as "
                                     "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\") in Python "
                                     "writes it"));
  };
  expect("PK\3\4\0\0\x08\x08\0\0archive/data.pkl"s, "zip file");
  expect("\x80\2\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19."s, "pickle");
  // Of a length that the file has, too.
  expect("\x80\2\0\0\0\0\0\0"s + std::string(1000, 'x'), "pickle");
  // A header of 640 bytes begins like a pickle.
  std::string header = "{}";
  header.resize(0x280, ' ');
  EXPECT_THAT(read_safetensors(dir.write("a", file_of(header))).tensors, IsEmpty());
}

TEST(ReadSafetensors, RejectsDeepNesting) {
  const TempDir dir;
  for (const std::size_t depth : {65U, 1'000'000U}) {
    const auto path = dir.write("deep", file_of(R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}"));
    EXPECT_THAT([&] { read_safetensors(path); },
                ThrowsMessage<Error>(path.string() + ": its header nests more than 64 levels deep"));
  }
  const auto path = dir.write("deep", file_of(R"({"a":)" + std::string(63, '[') + std::string(63, ']') + "}"));
  EXPECT_THAT([&] { read_safetensors(path); }, ThrowsMessage<Error>(HasSubstr("expected an object")));
}

TEST(ReadSafetensors, KeepsMessagesShort) {
  const TempDir dir;
  const std::string huge(100'000, 'x');
  for (const std::string& header : {"{\"" + huge + "\":3}", R"({"a":")" + huge + "\"}", R"({"a":")" + huge}) {
    const auto path = dir.write("huge", file_of(header));
    EXPECT_THAT(
        [&] { read_safetensors(path); },
        Throws<Error>(Property(&Error::what, ResultOf([](std::string what) { return what.size(); }, Lt(500U)))));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
