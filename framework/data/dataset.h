#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/missing.h"
#include "framework/data/task.h"
#include "framework/real.h"

namespace curvegraph {

/// How to load a data set. The same type in both precisions.
struct DatasetOptions {
  static constexpr int largest_image_size = 16384;

  /// The task. nullopt: classification for images; for tables it follows from their targets.
  std::optional<Task> task = {};
  /// For formats with named columns: the columns that are targets.
  std::vector<std::string> targets = {};
  /// For formats with named columns: the character between cells, see separator.h.
  char separator = ',';
  /// For formats with named columns: what to do about missing values.
  Missing missing = Missing::Refuse;
  /// For tables with classes that are integers: the first class. nullopt: 0, which the training set must then have.
  std::optional<int> label_base = {};
  /// For formats with image files: the number of rows and columns that every image is resized to, at most
  /// largest_image_size. 0: the images have one size already.
  int image_size = 0;
  /// For formats with image files: leave out files that cannot be read, rather than throw.
  bool skip_broken = false;
  /// For slow formats: reports the number of images loaded so far, and of all images. Called on the caller's thread.
  std::function<void(int done, int all)> on_progress = {};
};

}  // namespace curvegraph

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Samples with their targets. Inputs are bytes, which mean byte / 255 (images), or numbers (tables). The task says
/// what the targets are.
struct Dataset {
  /// Labels are bytes.
  static constexpr int most_classes = 256;

  /// Format and part, e.g. "cifar-10 train".
  std::string name;
  /// The number of inputs of a sample; for an image channels x rows x columns.
  int features = 0;
  int channels = 1;
  /// Labels are 0 to classes - 1.
  int classes = 0;
  /// Sample after sample, `features` bytes each. Images are channel-major: [channel][row][column].
  std::vector<std::uint8_t> values = {};
  /// One per sample: for images with any task, for other data only with classification.
  std::vector<std::uint8_t> labels = {};
  /// The files that DatasetOptions::skip_broken left out, as "PATH: reason", in the order of paths.
  std::vector<std::string> skipped = {};
  /// The number of files beside the images by extension, such as ".webp", which are not read.
  std::map<std::string, int> other_files = {};
  /// The number of rows that DatasetOptions::missing left out.
  int dropped = 0;
  Task task = Task::Classification;
  /// Inputs that are not bytes, in place of `values`: sample after sample.
  std::vector<real> numbers = {};
  /// For regression: the number of targets per sample, and all targets, sample after sample.
  int target_columns = 0;
  std::vector<real> targets = {};
  /// The names of the classes or of the target columns; empty if the files name none. Classes that are integers have
  /// their integers for names, unless they start at 0.
  std::vector<std::string> output_names = {};

  /// The number of samples.
  int size() const;
  /// Rows of the targets that a network sees: classes, target columns or features.
  int outputs() const;
  /// Whether the inputs are `numbers`; else they are `values`.
  bool has_numbers() const { return !numbers.empty(); }

  /// The `features` bytes of sample `i`, valid as long as the data set. Throws UsageError unless 0 <= i < size().
  std::span<const std::uint8_t> sample(int i) const;
  /// The same for inputs that are numbers, and for the targets of regression.
  std::span<const real> sample_numbers(int i) const;
  std::span<const real> sample_targets(int i) const;

  /// CRC-32 of inputs, labels and targets, one after the other: tells a resumed run whether it sees the same data.
  std::uint32_t fingerprint() const;
};

struct DatasetPair {
  Dataset train;
  Dataset test;
  Dataset validation = {};  ///< without samples if the data has no such set
};

/// The shape that a network for a data set must have.
struct DatasetShape {
  int features = 0;
  int outputs = 0;  ///< classes, target columns or, for autoencoders, the features again
  Task task = Task::Classification;

  friend bool operator==(const DatasetShape&, const DatasetShape&) = default;
};

/// One way to store a data set in a folder. A new format is a source file, its declaration and a line in the table.
struct DatasetFormat {
  /// Its name for --dataset.
  std::string_view name;
  /// What it holds, and which files `load` expects in `dir`.
  std::string_view description;
  /// Whether it has image files, so that the DatasetOptions for these have an effect.
  bool image_files = false;
  /// Whether it holds tables, not images. Their targets may be numbers, and must be read before their kind is known.
  bool table = false;
  /// Whether it is a table with named columns, so that the DatasetOptions for these have an effect.
  bool named_columns = false;
  /// The shape of what `load` would return, from a look at the folder. Both functions throw Error naming the file that
  /// is missing or wrong, and UsageError if the data is not for the task.
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
