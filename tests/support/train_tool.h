#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"
#include "tests/support/run_process.h"
#include "tests/support/temp_dir.h"

/// What the tests of tools/train have in common: small data sets, the program itself, and what it writes.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Generated images whose brightest pixels tell the class, in the files of the real data sets below `folder`.
/// CIFAR-10: 3,072 features, 50 training samples and 10 test samples in each of its six files.
void write_cifar10(const TempDir& dir, const std::string& folder);
/// Fashion-MNIST: 6 x 6 pixels, 250 training and 50 test samples, gzipped.
void write_fashion_mnist(const TempDir& dir, const std::string& folder);

/// An image folder: two classes of 8 x 6 images that their colours tell apart, 40 training samples and 10 test samples
/// of each; PNG, but every fourth a JPEG.
void write_image_folder(const TempDir& dir, const std::string& folder);

/// The bytes as a gzip file.
std::string gzipped(std::string_view bytes);

/// Options of tools/train by name, without the dashes.
using Options = std::map<std::string, std::string>;

/// `options` with the values of `changes` over their own.
Options with(Options options, const Options& changes);

/// A short run on what one of the above has put into the folder "data", with its results in "out".
Options cifar10_options(const TempDir& dir);
Options fashion_mnist_options(const TempDir& dir);
Options image_folder_options(const TempDir& dir);

/// The program that the environment variable CURVEGRAPH_TRAIN names, with these options. Error when it names none.
Command train_command(const Options& options);
ProcessResult run_train(const Options& options);

/// Lines without their ends.
std::vector<std::string> lines(std::string_view text);

/// metrics.csv without its column of seconds, the only one that two equal runs differ in.
std::string without_seconds(std::string_view metrics);

/// Every file below a folder, by relative path.
std::map<std::string, std::string> files_below(const std::filesystem::path& folder);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
