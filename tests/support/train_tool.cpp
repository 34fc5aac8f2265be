#include "tests/support/train_tool.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/core.h>
#include <zlib.h>

#include "framework/error.h"
#include "framework/random.h"
#include "tests/support/images.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

struct Images {
  std::string labels;
  std::vector<std::string> pixels;
};

/// Noise, and of every class another tenth of the pixels bright.
Images images(Random& random, std::size_t count, std::size_t features) {
  Images images;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t label = random.below(10);
    images.labels += static_cast<char>(label);
    std::string& pixels = images.pixels.emplace_back();
    for (std::size_t j = 0; j < features; ++j) {
      pixels += static_cast<char>(random.below(128) + (j % 10 == label ? 128 : 0));
    }
  }
  return images;
}

std::string idx(const std::vector<std::uint32_t>& header) {
  std::string bytes;
  for (const std::uint32_t number : header) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  }
  return bytes;
}

}  // namespace

void write_cifar10(const TempDir& dir, const std::string& folder) {
  Random random(10, Random::Stream::Test);
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                           "data_batch_5.bin", "test_batch.bin"}) {
    const bool test = std::string_view(name).starts_with("test");
    const Images part = images(random, test ? 10 : 50, 3072);
    std::string records;
    for (std::size_t i = 0; i < part.labels.size(); ++i) records += part.labels[i] + part.pixels[i];
    dir.write(folder + "/" + name, records);
  }
}

void write_fashion_mnist(const TempDir& dir, const std::string& folder) {
  Random random(28, Random::Stream::Test);
  for (const std::string name : {"train", "t10k"}) {
    const std::uint32_t count = name == "train" ? 250 : 50;
    const Images part = images(random, count, 36);
    std::string values = idx({0x803, count, 6, 6});
    for (const std::string& pixels : part.pixels) values += pixels;
    dir.write(folder + "/" + name + "-images-idx3-ubyte.gz", gzipped(values));
    dir.write(folder + "/" + name + "-labels-idx1-ubyte.gz", gzipped(idx({0x801, count}) + part.labels));
  }
}

void write_image_folder(const TempDir& dir, const std::string& folder) {
  for (const bool test : {false, true}) {
    for (unsigned i = 0; i < (test ? 10U : 40U); ++i) {
      for (const unsigned label : {0U, 1U}) {
        const Image image = smooth_image(8, 6, static_cast<int>(2 * (i % 20) + 80 * label));
        const bool jpeg = i % 4 == 0;
        dir.write(fmt::format("{}/{}/{}/{:02}.{}", folder, test ? "val" : "train", label == 0 ? "dark" : "light", i,
                              jpeg ? "jpg" : "png"),
                  jpeg ? encode_jpeg(image) : encode_png(image));
      }
    }
  }
}

std::string gzipped(std::string_view bytes) {
  const TempDir dir;
  const auto path = dir.path() / "gz";
  const gzFile file = ::gzopen(path.c_str(), "wb");
  ::gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  if (::gzclose(file) != Z_OK) throw Error(path.string() + ": cannot write");
  return dir.read("gz");
}

Options cifar10_options(const TempDir& dir) {
  return {{"dataset", "cifar-10"},
          {"data", (dir.path() / "data").string()},
          {"layers", "3072-8-10"},
          {"batch-size", "50"},
          {"epochs", "3"},
          {"threads", "1"},
          {"output", (dir.path() / "out").string()}};
}

Options fashion_mnist_options(const TempDir& dir) {
  return with(cifar10_options(dir), {{"dataset", "fashion-mnist"}, {"layers", "36-8-10"}});
}

Options image_folder_options(const TempDir& dir) {
  return with(cifar10_options(dir), {{"dataset", "image-folder"}, {"layers", "144-4-2"}, {"batch-size", "20"}});
}

Options with(Options options, const Options& changes) {
  for (const auto& [name, value] : changes) options[name] = value;
  return options;
}

Command train_command(const Options& options) {
  const char* const program = std::getenv("CURVEGRAPH_TRAIN");
  if (program == nullptr) throw Error("the environment has no CURVEGRAPH_TRAIN, expected the path of tools/train");
  Command command{program};
  for (const auto& [name, value] : options) command.insert(command.end(), {"--" + name, value});
  return command;
}

ProcessResult run_train(const Options& options) { return run_process(train_command(options)); }

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

std::string without_seconds(std::string_view metrics) {
  std::string kept;
  for (const std::string& line : lines(metrics)) {
    const std::size_t second_comma = line.find(',', line.find(',') + 1);
    const std::size_t third_comma = line.find(',', second_comma + 1);
    kept += line.substr(0, second_comma) + line.substr(third_comma) + "\n";
  }
  return kept;
}

std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(folder)] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
