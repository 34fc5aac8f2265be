#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/task.h"
#include "framework/real.h"

namespace curvegraph {

/// How to load a data set: the same in both precisions.
struct DatasetOptions {
  static constexpr int largest_image_size = 16384;

  /// What the data is for. Nothing: classification for images, and for tables what their targets say.
  std::optional<Task> task = {};
  /// Of formats with named columns: those that are targets.
  std::vector<std::string> targets = {};
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

/// Samples with their targets. Inputs are bytes, which stand for byte / 255 (images), or numbers (tables); targets are
/// what the task says.
struct Dataset {
  /// Format and part, e.g. "cifar-10 train".
  std::string name;
  /// Inputs of a sample; of an image channels x rows x columns.
  int features = 0;
  int channels = 1;
  /// Labels are 0 to classes - 1.
  int classes = 0;
  /// Sample after sample, each of `features` bytes, of images channel-major: [channel][row][column].
  std::vector<std::uint8_t> values = {};
  /// One a sample; of images whatever the task, else for classification.
  std::vector<std::uint8_t> labels = {};
  /// What DatasetOptions::skip_broken has left out, "PATH: reason", in the order of paths.
  std::vector<std::string> skipped = {};
  Task task = Task::Classification;
  /// Inputs that are no bytes, in place of `values`: sample after sample.
  std::vector<float> numbers = {};
  /// Of regression: targets of a sample, and all of them, sample after sample.
  int target_columns = 0;
  std::vector<float> targets = {};
  /// Of the classes, or of the target columns; empty where the files name none.
  std::vector<std::string> output_names = {};

  /// The number of samples.
  int size() const;
  /// Rows of the targets that a network sees: classes, target columns or features.
  int outputs() const;
  /// Inputs are `numbers`, else `values`.
  bool has_numbers() const { return !numbers.empty(); }

  /// The `features` bytes of sample `i`, valid as long as the data set. Throws UsageError unless 0 <= i < size().
  std::span<const std::uint8_t> sample(int i) const;
  /// The same of inputs that are numbers, and of the targets of regression.
  std::span<const float> sample_numbers(int i) const;
  std::span<const float> sample_targets(int i) const;

  /// CRC-32 of inputs, labels and targets, one after the other: tells a resumed run whether it sees the same data.
  std::uint32_t fingerprint() const;
};

struct DatasetPair {
  Dataset train;
  Dataset test;
  Dataset validation = {};  ///< without samples where the data has no such set
};

/// What a network for a data set has to fit.
struct DatasetShape {
  int features = 0;
  int outputs = 0;  ///< classes, target columns or, of autoencoders, the features again
  Task task = Task::Classification;

  friend bool operator==(const DatasetShape&, const DatasetShape&) = default;
};

/// One way that a data set lies in a folder. A new format is a file, its declaration and a line in the table.
struct DatasetFormat {
  /// What --dataset calls it.
  std::string_view name;
  /// What it holds, and which files `load` expects in `dir`.
  std::string_view description;
  /// It has image files: those DatasetOptions have an effect.
  bool image_files = false;
  /// It holds tables, not images: targets may be numbers, and their kind is known once they have been looked at.
  bool table = false;
  /// It is a table whose columns have names: DatasetOptions::targets has an effect.
  bool named_columns = false;
  /// Of what `load` would return, from a look at the folder. Both throw Error naming the file that is missing or wrong,
  /// and UsageError where the data is not for the task.
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
