#include "framework/data/cifar10.h"

#include <cstddef>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "framework/data/image.h"
#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int kClasses = 10;
constexpr int kFeatures = rgb_channels * 32 * 32;
constexpr std::size_t kRecordBytes = 1 + kFeatures;
constexpr const char* kSubfolder = "cifar-10-batches-bin";

/// `dir`, or the folder inside it that the official archive unpacks to.
std::filesystem::path find_folder(const std::filesystem::path& dir) {
  constexpr const char* first = "data_batch_1.bin";
  for (const auto& folder : {dir, dir / kSubfolder}) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / first, ignored)) return folder;
  }
  throw Error(
      fmt::format("{}: holds {} neither itself nor in {}, expected the binary version of CIFAR-10 "
                  "(cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html)",
                  dir.string(), first, kSubfolder));
}

void append_records(const std::filesystem::path& path, Dataset& dataset) {
  const std::vector<std::byte> file = read_file(path);
  if (file.empty() || file.size() % kRecordBytes != 0) {
    throw Error(fmt::format("{}: holds {} bytes, expected a positive multiple of {}, the bytes of a label and an image",
                            path.string(), grouped(file.size()), grouped(kRecordBytes)));
  }
  for (std::size_t begin = 0; begin < file.size(); begin += kRecordBytes) {
    const auto record = std::span(file).subspan(begin, kRecordBytes);
    const auto label = std::to_integer<std::uint8_t>(record.front());
    if (label >= kClasses) {
      throw Error(fmt::format("{}: the label of record {} (counted from 0) is {}, expected 0 to {}", path.string(),
                              grouped(begin / kRecordBytes), label, kClasses - 1));
    }
    dataset.labels.push_back(label);
    for (const std::byte value : record.subspan(1)) dataset.values.push_back(std::to_integer<std::uint8_t>(value));
  }
}

Dataset empty_dataset(std::string name) { return {std::move(name), kFeatures, rgb_channels, kClasses, {}, {}}; }

}  // namespace

DatasetPair load_cifar10(const std::filesystem::path& dir) {
  const std::filesystem::path folder = find_folder(dir);
  DatasetPair pair{empty_dataset("cifar-10 train"), empty_dataset("cifar-10 test")};
  for (int batch = 1; batch <= 5; ++batch) append_records(folder / fmt::format("data_batch_{}.bin", batch), pair.train);
  append_records(folder / "test_batch.bin", pair.test);
  return pair;
}

DatasetShape cifar10_shape(const std::filesystem::path& dir) {
  find_folder(dir);
  return {kFeatures, kClasses};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
