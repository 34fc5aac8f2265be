#include "framework/data/cifar10.h"

#include <cstddef>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int classes = 10;
constexpr int channels = 3;
constexpr int features = channels * 32 * 32;
constexpr std::size_t record_bytes = 1 + features;
constexpr const char* subfolder = "cifar-10-batches-bin";

/// `dir`, or the folder inside it that the official archive unpacks to.
std::filesystem::path find_folder(const std::filesystem::path& dir) {
  constexpr const char* first = "data_batch_1.bin";
  for (const auto& folder : {dir, dir / subfolder}) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / first, ignored)) return folder;
  }
  throw Error(
      fmt::format("{}: holds {} neither itself nor in {}, expected the binary version of CIFAR-10 "
                  "(cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html)",
                  dir.string(), first, subfolder));
}

void append_records(const std::filesystem::path& path, Dataset& dataset) {
  const std::vector<std::byte> file = read_file(path);
  if (file.empty() || file.size() % record_bytes != 0) {
    throw Error(fmt::format("{}: holds {} bytes, expected a positive multiple of {}, the bytes of a label and an image",
                            path.string(), grouped(file.size()), grouped(record_bytes)));
  }
  for (std::size_t begin = 0; begin < file.size(); begin += record_bytes) {
    const auto record = std::span(file).subspan(begin, record_bytes);
    const auto label = std::to_integer<std::uint8_t>(record.front());
    if (label >= classes) {
      throw Error(fmt::format("{}: the label of record {} (counted from 0) is {}, expected 0 to {}", path.string(),
                              grouped(begin / record_bytes), label, classes - 1));
    }
    dataset.labels.push_back(label);
    for (const std::byte value : record.subspan(1)) dataset.values.push_back(std::to_integer<std::uint8_t>(value));
  }
}

Dataset empty_dataset(std::string name) { return {std::move(name), features, channels, classes, {}, {}}; }

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
  return {features, classes};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
