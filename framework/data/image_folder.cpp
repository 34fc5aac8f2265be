#include "framework/data/image_folder.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "framework/data/image.h"
#include "framework/data/image_listing.h"
#include "framework/data/resize.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/parallel_tasks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// The size of all images. `source` is the image that sets the size, if the options do not.
struct ImageSize {
  int width = 0;
  int height = 0;
  std::string source = {};

  int features() const { return rgb_channels * width * height; }
};

ImageSize image_size(const ImageListing& listing, const DatasetOptions& options) {
  constexpr int largest = DatasetOptions::largest_image_size;
  if (options.image_size < 0 || options.image_size > largest) {
    throw UsageError(fmt::format("image size {}: expected 1 to {}, or 0 for that of the images", options.image_size,
                                 grouped(largest)));
  }
  if (options.image_size > 0) return {options.image_size, options.image_size};
  for (const ListedImage& listed : listing.train.images) {
    try {
      const Image image = read_image(listed.path);
      return {image.width, image.height, listed.path.string()};
    } catch (const Error&) {
      if (!options.skip_broken) throw;
    }
  }
  throw Error(fmt::format("{}: none of its {} images can be read", listing.train.folder.string(),
                          grouped(listing.train.images.size())));
}

void require_memory(const std::filesystem::path& dir, std::uint64_t images, const ImageSize& size) {
  const std::uint64_t needed = images * static_cast<std::uint64_t>(size.features());
  const std::uint64_t memory =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (needed <= memory) return;
  throw Error(
      fmt::format("{}: {} images of {} x {} pixels take {} bytes, expected at most the {} of this machine's memory: a "
                  "smaller --image-size makes them fit",
                  dir.string(), grouped(images), size.width, size.height, grouped(needed), grouped(memory)));
}

void require_size(const std::filesystem::path& path, const Image& image, const ImageSize& expected) {
  if (image.width == expected.width && image.height == expected.height) return;
  throw Error(fmt::format("{}: is {} x {} pixels, expected {} x {}, the size of {}; --image-size N brings all to N x N",
                          path.string(), image.width, image.height, expected.width, expected.height, expected.source));
}

/// `reasons`: for each image why it cannot be read; empty if it can.
void require_some_of_each_class(const ImagePart& part, const std::vector<std::string>& reasons) {
  const std::vector<ListedImage>& images = part.images;
  for (std::size_t first = 0, end = 0; first < images.size(); first = end) {
    bool some = false;
    for (; end < images.size() && images[end].label == images[first].label; ++end) some |= reasons[end].empty();
    if (some) continue;
    throw Error(fmt::format("{}: none of its {} images can be read, such as {}",
                            images[first].path.parent_path().string(), grouped(end - first), reasons[first]));
  }
}

/// Removes the images that have a reason, and closes the gaps.
void remove_broken(Dataset& data, std::vector<std::string> reasons) {
  const auto features = static_cast<std::ptrdiff_t>(data.features);
  auto values = data.values.begin();
  auto labels = data.labels.begin();
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (!reasons[i].empty()) {
      data.skipped.push_back(std::move(reasons[i]));
      continue;
    }
    const auto from = data.values.begin() + static_cast<std::ptrdiff_t>(i) * features;
    if (from != values) std::copy_n(from, features, values);
    values += features;
    *labels++ = data.labels[i];
  }
  data.values.erase(values, data.values.end());
  data.labels.erase(labels, data.labels.end());
}

Dataset decode(const ImagePart& part, const std::vector<std::string>& classes, const ImageSize& size,
               const DatasetOptions& options, const std::function<void(int)>& on_progress) {
  const auto features = to_index(size.features());
  const std::size_t count = part.images.size();
  Dataset data{.name = fmt::format("image-folder {}", part.name()),
               .features = size.features(),
               .channels = rgb_channels,
               .classes = static_cast<int>(classes.size()),
               .values = std::vector<std::uint8_t>(count * features),
               .labels = std::vector<std::uint8_t>(count),
               .output_names = classes};
  std::ranges::transform(part.images, data.labels.begin(), &ListedImage::label);
  data.other_files = part.other_files;
  std::vector<std::string> reasons(count);
  const auto decode_one = [&](int number) {
    const auto i = to_index(number);
    const std::filesystem::path& path = part.images[i].path;
    Image image;
    try {
      image = read_image(path);
    } catch (const Error& error) {
      if (!options.skip_broken) throw;
      reasons[i] = error.what();
      return;
    }
    const auto out = std::span(data.values).subspan(i * features, features);
    if (options.image_size > 0) return write_square(image, options.image_size, out);
    require_size(path, image, size);
    write_planar(image, out);
  };
  run_tasks(static_cast<int>(count), decode_one, on_progress);

  require_some_of_each_class(part, reasons);
  remove_broken(data, std::move(reasons));
  return data;
}

}  // namespace

DatasetPair load_image_folder(const std::filesystem::path& dir, const DatasetOptions& options) {
  const ImageListing listing = list_images(dir);
  const ImageSize size = image_size(listing, options);
  const std::size_t train = listing.train.images.size();
  const std::size_t test = listing.test.images.size();
  const std::size_t all = train + test + listing.validation.images.size();
  require_memory(dir, all, size);
  const auto progress_after = [&](std::size_t before) -> std::function<void(int)> {
    if (!options.on_progress) return {};
    return [&options, before, all](int done) {
      options.on_progress(static_cast<int>(before) + done, static_cast<int>(all));
    };
  };
  const std::vector<std::string>& classes = listing.classes;
  DatasetPair pair{decode(listing.train, classes, size, options, progress_after(0)),
                   decode(listing.test, classes, size, options, progress_after(train))};
  if (!listing.validation.images.empty()) {
    pair.validation = decode(listing.validation, classes, size, options, progress_after(train + test));
  }
  return pair;
}

DatasetShape image_folder_shape(const std::filesystem::path& dir, const DatasetOptions& options) {
  const ImageListing listing = list_images(dir);
  return {image_size(listing, options).features(), static_cast<int>(listing.classes.size())};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
