#include "framework/data/dataset.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Dataset small_images() { return {"small", 3, 1, 10, {'1', '2', '3', '4', '5', '6'}, {'7', '8'}}; }

TEST(Dataset, GivesSamples) {
  const Dataset dataset = small_images();
  EXPECT_EQ(dataset.size(), 2);
  EXPECT_THAT(dataset.sample(0), ElementsAre('1', '2', '3'));
  EXPECT_THAT(dataset.sample(1), ElementsAre('4', '5', '6'));
  for (const int i : {-1, 2}) {
    EXPECT_THAT([&] { dataset.sample(i); },
                ThrowsMessage<UsageError>("small: no sample " + std::to_string(i) + ", expected 0 <= sample < 2"));
  }
}

/// Two samples of one number each with two targets.
Dataset small_table() {
  return {.name = "table",
          .features = 1,
          .task = Task::Regression,
          .numbers = {3, 5},
          .target_columns = 2,
          .targets = {1, 2, 7, 8}};
}

TEST(Dataset, GivesNumbersAndTargets) {
  const Dataset dataset = small_table();
  EXPECT_TRUE(dataset.has_numbers());
  EXPECT_EQ(dataset.size(), 2);
  EXPECT_THAT(dataset.sample_numbers(1), ElementsAre(5));
  EXPECT_THAT(dataset.sample_targets(1), ElementsAre(7, 8));
  EXPECT_THAT([&] { dataset.sample_numbers(2); },
              ThrowsMessage<UsageError>("table: no sample 2, expected 0 <= sample < 2"));
  EXPECT_THAT([&] { dataset.sample_targets(-1); },
              ThrowsMessage<UsageError>("table: no sample -1, expected 0 <= sample < 2"));
}

TEST(Dataset, HasAsManyOutputsAsTheTaskSays) {
  Dataset dataset = small_table();
  dataset.features = 5;
  dataset.classes = 3;
  EXPECT_EQ(dataset.outputs(), 2);
  dataset.task = Task::Classification;
  EXPECT_EQ(dataset.outputs(), 3);
  dataset.task = Task::Autoencoder;
  EXPECT_EQ(dataset.outputs(), 5);
}

TEST(Dataset, FingerprintTellsNumbersAndTargetsApart) {
  const std::uint32_t fingerprint = small_table().fingerprint();
  Dataset other = small_table();
  other.numbers[1] = 6;
  EXPECT_NE(other.fingerprint(), fingerprint);
  other = small_table();
  other.targets[3] = 9;
  EXPECT_NE(other.fingerprint(), fingerprint);
  // The bytes of what there is, whichever of the two it is.
  Dataset bytes{.name = "bytes", .features = 8, .values = {0, 0, 0, 0, 0, 0, 0x08, 0x40}};
  EXPECT_EQ((Dataset{.name = "number", .features = 1, .numbers = {3}}).fingerprint(), bytes.fingerprint());
}

TEST(Dataset, FingerprintIsTheCrcOfValuesAndLabels) {
  Dataset dataset = small_images();
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
  EXPECT_THAT([] { dataset_format("mnist"); },
              ThrowsMessage<UsageError>(
                  R"(unknown data set "mnist", expected one of fashion-mnist, cifar-10, image-folder, csv, npy)"));
}

TEST(DatasetFormats, ImagesAreForClassesOrThemselves) {
  const TempDir dir;
  std::string record(3073, '\1');
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                           "data_batch_5.bin", "test_batch.bin"}) {
    dir.write(name, record);
  }
  const DatasetFormat& format = dataset_format("cifar-10");
  EXPECT_EQ(format.shape(dir.path(), {}), (DatasetShape{3072, 10, Task::Classification}));
  EXPECT_EQ(format.load(dir.path(), {}).test.task, Task::Classification);
  const DatasetOptions autoencoder{.task = Task::Autoencoder};
  EXPECT_EQ(format.shape(dir.path(), autoencoder), (DatasetShape{3072, 3072, Task::Autoencoder}));
  const DatasetPair pair = format.load(dir.path(), autoencoder);
  for (const Dataset* part : {&pair.train, &pair.test}) {
    EXPECT_EQ(part->task, Task::Autoencoder);
    EXPECT_EQ(part->outputs(), 3072);
  }
  const DatasetOptions regression{.task = Task::Regression};
  const std::string message =
      "cifar-10: has images with labels, expected the task classification or autoencoder, found regression";
  EXPECT_THAT([&] { format.shape(dir.path(), regression); }, ThrowsMessage<UsageError>(message));
  EXPECT_THAT([&] { format.load(dir.path(), regression); }, ThrowsMessage<UsageError>(message));
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
