#include "tools/reproduce/race/task_data.h"

#include <array>
#include <cstddef>
#include <functional>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/atomic_file.h"
#include "models/mlp.h"
#include "tools/command_line/datasets.h"
#include "tools/reproduce/experiment.h"
#include "tools/reproduce/files.h"
#include "tools/reproduce/race/arm.h"
#include "tools/reproduce/race/npy_file.h"
#include "tools/reproduce/race/plateau.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kCifar = "cifar-10";
constexpr int kTrainingFiles = 5;

std::string count_samples(int train, int test) { return fmt::format("{} training and {} test samples", train, test); }

/// Records of a label and an image.
void write_records(const std::filesystem::path& path, const Dataset& data, int begin, int end) {
  replace_file(path, [&](const ByteSink& sink) {
    for (int i = begin; i < end; ++i) {
      sink(std::as_bytes(std::span(data.labels).subspan(to_index(i), 1)));
      sink(std::as_bytes(data.sample(i)));
    }
  });
}

/// So that images are decoded once and not by every run, and PyTorch's side sees the same bytes.
void write_binaries(const DatasetPair& data, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto first_of = [&](int file) {
    return static_cast<int>(static_cast<std::int64_t>(data.train.size()) * file / kTrainingFiles);
  };
  for (int file = 0; file < kTrainingFiles; ++file) {
    write_records(folder / fmt::format("data_batch_{}.bin", file + 1), data.train, first_of(file), first_of(file + 1));
  }
  write_records(folder / "test_batch.bin", data.test, 0, data.test.size());
}

TaskData prepare_cifar(const RaceTask& task, const RaceDataFolders& folders) {
  if (folders.cifar.empty()) {
    throw UsageError(fmt::format("--data: missing, expected the folder of CIFAR-10 for the task {}", task.id));
  }
  const std::vector<int> layers = parse_layers(task.options.at("layers"));
  TaskData made{.folder = folders.cifar};
  std::string note;
  const bool inside = std::filesystem::exists(folders.cifar / "cifar-10-batches-bin");
  if (const ImageData images = find_images(folders.cifar, layers.front()); !inside && images.format->image_files) {
    made.folder = folders.made / kCifar;
    if (!std::filesystem::exists(made.folder / "test_batch.bin")) write_binaries(images.load(layers), made.folder);
    note = images.lossy() ? ", a lossy JPEG re-encoding, decoded once" : ", decoded once";
  }
  const DatasetPair data = load_dataset(dataset_format(kCifar), made.folder, {});
  made.description = fmt::format("CIFAR-10: {}{}", count_samples(data.train.size(), data.test.size()), note);
  made.plateau = label_plateau(data.train.labels);
  return made;
}

TaskData prepare_fashion(const RaceDataFolders& folders) {
  const DatasetPair data = load_dataset(dataset_format("fashion-mnist"), folders.fashion, {});
  return {.folder = folders.fashion,
          .description = fmt::format("Fashion-MNIST: {}", count_samples(data.train.size(), data.test.size())),
          .plateau = pixel_plateau(data.train.values, data.train.features)};
}

/// data.json is written last: with it the files are whole.
void write_arm(const std::filesystem::path& folder, const ArmData& data, const nlohmann::json& made_by) {
  std::filesystem::create_directories(folder);
  write_npy(folder / "train_inputs.npy", data.train.inputs, ArmSamples::features);
  write_npy(folder / "train_targets.npy", data.train.targets, ArmSamples::outputs);
  write_npy(folder / "test_inputs.npy", data.test.inputs, ArmSamples::features);
  write_npy(folder / "test_targets.npy", data.test.targets, ArmSamples::outputs);
  replace_file(folder / "data.json", made_by.dump(2) + "\n");
}

TaskData prepare_arm(const RaceTask& task, const RaceDataFolders& folders) {
  const ArmDataOptions options{.train = folders.arm_samples, .test = (folders.arm_samples + 3) / 4};
  const nlohmann::json made_by{
      {"train", options.train}, {"test", options.test}, {"outliers", options.outliers}, {"seed", options.seed}};
  const std::filesystem::path folder = folders.made / "arm";
  const ArmData data = generate_arm_data(options);
  if (!std::filesystem::exists(folder / "data.json")) {
    write_arm(folder, data, made_by);
  } else if (const auto was = read_json(folder / "data.json", std::identity()); was != made_by) {
    throw UsageError(fmt::format("{}: that data was made by {}, found {} now; expected the same, or another --output",
                                 folder.string(), was.dump(), made_by.dump()));
  }
  // As tools/train and tools/peers/train.py do by default.
  const bool biweight = task.options.at("criterion") == "tukey-biweight";
  const std::vector<float> targets = standardised_targets(
      data.train.targets, ArmSamples::outputs, biweight ? NormalizeTargets::Robust : NormalizeTargets::Standard);
  return {.folder = folder,
          .description = fmt::format("a two-link arm, seed {}: {}, {:.0f} % of the former gross outliers", options.seed,
                                     count_samples(options.train, options.test), 100 * options.outliers),
          .plateau = biweight ? biweight_plateau(targets, ArmSamples::outputs)
                              : squared_error_plateau(targets, ArmSamples::outputs)};
}

}  // namespace

TaskData prepare_task_data(const RaceTask& task, const RaceDataFolders& folders) {
  const std::string& dataset = task.options.at("dataset");
  if (dataset == kCifar) return prepare_cifar(task, folders);
  if (dataset == "npy") return prepare_arm(task, folders);
  return prepare_fashion(folders);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
