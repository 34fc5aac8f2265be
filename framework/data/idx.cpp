#include "framework/data/idx.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>
#include <zlib.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int kIdxClasses = 10;
constexpr std::uint32_t images_magic = 0x0803;
constexpr std::uint32_t labels_magic = 0x0801;

/// Reads a file that is gzipped or plain.
class GzReader {
 public:
  explicit GzReader(const std::filesystem::path& path) : path_(path.string()) {
    errno = 0;  // zlib does not set it if memory is lacking
    file_.reset(::gzopen(path_.c_str(), "rb"));
    if (!file_) {
      throw Error(fmt::format("{}: cannot open: {}", path_, std::generic_category().message(errno ? errno : ENOMEM)));
    }
  }

  /// The next `count` bytes, or fewer at the end of the file. The memory grows with what the file really holds.
  std::vector<std::uint8_t> read(std::uint64_t count) {
    constexpr std::uint64_t chunk = 1 << 20;
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < count) {
      const std::size_t filled = bytes.size();
      const auto wanted = static_cast<unsigned>(std::min(count - filled, chunk));
      bytes.resize(filled + wanted);
      const int got = ::gzread(file_.get(), bytes.data() + filled, wanted);
      if (got == static_cast<int>(wanted)) continue;
      require_no_error();
      bytes.resize(filled + to_index(got));
      break;
    }
    return bytes;
  }

 private:
  struct Close {
    void operator()(gzFile file) const { ::gzclose(file); }
  };

  /// A short read means the end of the file or damage. Only zlib knows which.
  void require_no_error() const {
    int code = Z_OK;
    std::string_view message = ::gzerror(file_.get(), &code);
    if (code == Z_OK) return;
    if (message.starts_with(path_ + ": ")) message.remove_prefix(path_.size() + 2);
    throw Error(fmt::format("{}: cannot read: {}", path_, message));
  }

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

struct IdxFile {
  std::string path;
  /// The count of items, then the extents of one.
  std::vector<std::uint64_t> extents;
  std::vector<std::uint8_t> values;

  std::uint64_t count() const { return extents.front(); }
  std::span<const std::uint64_t> item_shape() const { return std::span(extents).subspan(1); }
  /// Values in an item.
  std::uint64_t features() const {
    return std::accumulate(extents.begin() + 1, extents.end(), std::uint64_t{1}, std::multiplies());
  }
};

/// "60,000 x 28 x 28"
std::string text_of(std::span<const std::uint64_t> extents) {
  std::vector<std::string> parts;
  std::ranges::transform(extents, std::back_inserter(parts), grouped);
  return fmt::format("{}", fmt::join(parts, " x "));
}

std::filesystem::path find_file(const std::filesystem::path& dir, const std::string& name) {
  for (const std::string& candidate : {name + ".gz", name}) {
    std::error_code ignored;
    if (std::filesystem::exists(dir / candidate, ignored)) return dir / candidate;
  }
  throw Error(
      fmt::format("{}: holds neither {}.gz nor {}, expected Fashion-MNIST (on Debian, `apt-get install "
                  "dataset-fashion-mnist` puts it into /usr/share/datasets/fashion-mnist)",
                  dir.string(), name, name));
}

std::uint32_t big_endian(std::span<const std::uint8_t, 4> bytes) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

/// The first `count` numbers of the file.
std::vector<std::uint32_t> read_numbers(GzReader& reader, const std::string& path, std::size_t count) {
  const auto bytes = reader.read(4 * count);
  if (bytes.size() < 4 * count) {
    throw Error(
        fmt::format("{}: ends {} bytes into a part of its header that takes {}", path, bytes.size(), 4 * count));
  }
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(big_endian(std::span(bytes).subspan(4 * i).first<4>()));
  return numbers;
}

/// Reads everything but the values.
IdxFile read_header(GzReader& reader, const std::filesystem::path& path, std::uint32_t magic) {
  IdxFile file{path.string(), {}, {}};
  const std::uint32_t found = read_numbers(reader, file.path, 1).front();
  if (found != magic) {
    throw Error(fmt::format("{}: starts with 0x{:08x}, expected the magic number 0x{:08x} of IDX {}", file.path, found,
                            magic, magic == images_magic ? "images" : "labels"));
  }
  // The magic number's last byte is the number of extents.
  const auto extents = read_numbers(reader, file.path, magic & 0xff);
  file.extents.assign(extents.begin(), extents.end());

  // Each extent and the size of an item must fit an int, so that the size of an item times the count fits 64 bits.
  constexpr std::uint64_t largest = std::numeric_limits<int>::max();
  std::uint64_t features = 1;
  bool sensible = file.count() >= 1 && file.count() <= largest;
  for (const std::uint64_t extent : file.item_shape()) {
    features *= extent;
    sensible = sensible && features >= 1 && features <= largest;
  }
  if (!sensible) {
    throw Error(fmt::format("{}: its header says {}, expected at least 1 and at most {} items and values in an item",
                            file.path, text_of(file.extents), grouped(largest)));
  }
  return file;
}

IdxFile read_idx(const std::filesystem::path& path, std::uint32_t magic) {
  GzReader reader(path);
  IdxFile file = read_header(reader, path, magic);
  const std::uint64_t size = file.count() * file.features();
  file.values = reader.read(size);
  if (file.values.size() < size) {
    throw Error(fmt::format("{}: holds {} bytes of values, expected {}, as its header says {}", file.path,
                            grouped(file.values.size()), grouped(size), text_of(file.extents)));
  }
  if (!reader.read(1).empty()) {
    throw Error(fmt::format("{}: holds more bytes of values than the expected {}, as its header says {}", file.path,
                            grouped(size), text_of(file.extents)));
  }
  return file;
}

void require_labels(const IdxFile& labels, const IdxFile& images) {
  if (labels.count() != images.count()) {
    throw Error(fmt::format("{}: holds {} labels, expected {}, the number of images in {}", labels.path,
                            grouped(labels.count()), grouped(images.count()), images.path));
  }
  const auto bad = std::ranges::find_if(labels.values, [](std::uint8_t label) { return label >= kIdxClasses; });
  if (bad != labels.values.end()) {
    const auto index = static_cast<std::uint64_t>(bad - labels.values.begin());
    throw Error(fmt::format("{}: the label of image {} (counted from 0) is {}, expected 0 to {}", labels.path,
                            grouped(index), *bad, kIdxClasses - 1));
  }
}

struct Part {
  IdxFile images;
  IdxFile labels;
};

Part read_part(const std::filesystem::path& dir, const std::string& prefix) {
  Part part{read_idx(find_file(dir, prefix + "-images-idx3-ubyte"), images_magic),
            read_idx(find_file(dir, prefix + "-labels-idx1-ubyte"), labels_magic)};
  require_labels(part.labels, part.images);
  return part;
}

Dataset dataset_of(Part part, std::string name) {
  return {std::move(name),
          static_cast<int>(part.images.features()),
          1,
          kIdxClasses,
          std::move(part.images.values),
          std::move(part.labels.values)};
}

}  // namespace

DatasetPair load_fashion_mnist(const std::filesystem::path& dir) {
  Part train = read_part(dir, "train");
  Part test = read_part(dir, "t10k");
  if (!std::ranges::equal(test.images.item_shape(), train.images.item_shape())) {
    throw Error(fmt::format("{}: holds images of {}, expected {}, the size in {}", test.images.path,
                            text_of(test.images.item_shape()), text_of(train.images.item_shape()), train.images.path));
  }
  return {dataset_of(std::move(train), "fashion-mnist train"), dataset_of(std::move(test), "fashion-mnist test")};
}

DatasetShape fashion_mnist_shape(const std::filesystem::path& dir) {
  const std::filesystem::path path = find_file(dir, "train-images-idx3-ubyte");
  GzReader reader(path);
  return {static_cast<int>(read_header(reader, path, images_magic).features()), kIdxClasses};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
