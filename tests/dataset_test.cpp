#include "framework/data/dataset.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Dataset small() { return {"small", 3, 1, 10, {'1', '2', '3', '4', '5', '6'}, {'7', '8'}}; }

TEST(Dataset, GivesSamples) {
  const Dataset dataset = small();
  EXPECT_EQ(dataset.size(), 2);
  EXPECT_THAT(dataset.sample(0), ElementsAre('1', '2', '3'));
  EXPECT_THAT(dataset.sample(1), ElementsAre('4', '5', '6'));
  for (const int i : {-1, 2}) {
    EXPECT_THAT([&] { dataset.sample(i); },
                ThrowsMessage<UsageError>("small: no sample " + std::to_string(i) + ", expected 0 <= sample < 2"));
  }
}

TEST(Dataset, FingerprintIsTheCrcOfValuesAndLabels) {
  Dataset dataset = small();
  dataset.labels.push_back('9');
  EXPECT_EQ(dataset.fingerprint(), 0xcbf43926U);  // the CRC-32 check value, of "123456789"
  dataset.values.front() = '0';
  EXPECT_NE(dataset.fingerprint(), 0xcbf43926U);
  EXPECT_EQ(Dataset{}.fingerprint(), 0U);
}

TEST(DatasetFormats, AreFoundByName) {
  for (const DatasetFormat& format : dataset_formats()) {
    EXPECT_EQ(&dataset_format(format.name), &format);
    EXPECT_FALSE(format.description.empty());
    EXPECT_THAT([&] { format.load("/no/such/folder", {}); },
                ThrowsMessage<Error>(HasSubstr("/no/such/folder: holds ")));
    EXPECT_THAT([&] { format.shape("/no/such/folder", {}); },
                ThrowsMessage<Error>(HasSubstr("/no/such/folder: holds ")));
  }
  EXPECT_THAT(
      [] { dataset_format("mnist"); },
      ThrowsMessage<UsageError>(R"(unknown data set "mnist", expected one of fashion-mnist, cifar-10, image-folder)"));
}

TEST(Grouped, SeparatesThousands) {
  struct Case {
    std::uint64_t count;
    std::string_view text;
  };
  for (const auto& [count, text] : {Case{0, "0"}, Case{999, "999"}, Case{1000, "1,000"}, Case{60'000, "60,000"},
                                    Case{123'456'789, "123,456,789"}, Case{UINT64_MAX, "18,446,744,073,709,551,615"}}) {
    EXPECT_EQ(grouped(count), text);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
