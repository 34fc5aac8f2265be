#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph {

/// How to load a data set: the same in both precisions.
struct DatasetOptions {
  static constexpr int largest_image_size = 16384;

  /// Of formats with image files: rows and columns that every image is brought to, at most largest_image_size; 0: they
  /// have one size as they are.
  int image_size = 0;
  /// Of formats with image files: leave out those that cannot be read rather than throw.
  bool skip_broken = false;
  /// Of formats that take their time: images loaded so far, of all. Called on the caller's thread.
  std::function<void(int done, int all)> on_progress = {};
};

}  // namespace curvegraph

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Images as bytes with class labels.
struct Dataset {
  /// Format and part, e.g. "cifar-10 train".
  std::string name;
  /// Bytes a sample: channels x rows x columns.
  int features = 0;
  int channels = 1;
  /// Labels are 0 to classes - 1.
  int classes = 0;
  /// Sample after sample, each of `features` bytes, channel-major: [channel][row][column].
  std::vector<std::uint8_t> values = {};
  /// One a sample.
  std::vector<std::uint8_t> labels = {};
  /// What DatasetOptions::skip_broken has left out, "PATH: reason", in the order of paths.
  std::vector<std::string> skipped = {};

  /// The number of samples.
  int size() const;

  /// The `features` bytes of sample `i`, valid as long as the data set. Throws UsageError unless 0 <= i < size().
  std::span<const std::uint8_t> sample(int i) const;

  /// CRC-32 of the values followed by the labels: tells a resumed run whether it sees the same data.
  std::uint32_t fingerprint() const;
};

struct DatasetPair {
  Dataset train;
  Dataset test;
};

/// What a network for a data set has to fit.
struct DatasetShape {
  int features = 0;
  int classes = 0;

  friend bool operator==(const DatasetShape&, const DatasetShape&) = default;
};

/// One way that a data set lies in a folder. A new format is a file, its declaration and a line in the table.
struct DatasetFormat {
  /// What --dataset calls it.
  std::string_view name;
  /// What it holds, and which files `load` expects in `dir`.
  std::string_view description;
  /// It has image files: those DatasetOptions have an effect.
  bool image_files;
  /// Of what `load` would return, from a look at the folder. Both throw Error naming the file that is missing or wrong.
  DatasetShape (*shape)(const std::filesystem::path& dir, const DatasetOptions& options);
  DatasetPair (*load)(const std::filesystem::path& dir, const DatasetOptions& options);
};

/// The table of formats.
std::span<const DatasetFormat> dataset_formats();

/// The format of that name. Throws UsageError listing the known names if there is none.
const DatasetFormat& dataset_format(std::string_view name);

/// 60000 as "60,000": how the loaders write counts in their messages.
std::string grouped(std::uint64_t count);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
