#include "framework/data/image_listing.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>

#include <fmt/core.h>

#include "framework/data/dataset.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

namespace fs = std::filesystem;

/// The sorted names of the accepted entries of a folder. Skips names with a dot in front, which belong to file
/// managers.
template <class Accept>
std::vector<std::string> names_in(const fs::path& folder, const Accept& accept) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with('.') && accept(*entry)) names.push_back(name);
  }
  if (error) throw Error(fmt::format("{}: cannot be listed: {}", folder.string(), error.message()));
  std::ranges::sort(names);
  return names;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_directory(ignored);
}

/// In lower case.
std::string extension_of(const fs::directory_entry& entry) {
  std::string extension = entry.path().extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

/// Decides by the extension. A link that leads nowhere counts: opening it will give the error.
bool is_image(const fs::directory_entry& entry) {
  const std::string extension = extension_of(entry);
  if (extension != ".jpg" && extension != ".jpeg" && extension != ".png") return false;
  std::error_code ignored;
  return entry.is_regular_file(ignored) || (entry.is_symlink(ignored) && !entry.exists(ignored));
}

/// The folder of test images: test, or val if there is no test.
fs::path test_folder(const fs::path& dir) {
  std::error_code ignored;
  for (const char* name : {"test", "val"}) {
    if (fs::is_directory(dir / name, ignored)) return dir / name;
  }
  throw Error(fmt::format("{}: holds neither a folder val nor test, expected one of them beside train", dir.string()));
}

/// Text that names the first of `names` that is not among `others`, and counts the rest. Both are sorted.
std::string missing(const std::vector<std::string>& names, const std::vector<std::string>& others) {
  std::vector<std::string> found;
  std::ranges::set_difference(names, others, std::back_inserter(found));
  if (found.empty()) return {};
  return fmt::format("{}{}", found.front(),
                     found.size() == 1 ? "" : fmt::format(" and {} more", grouped(found.size() - 1)));
}

void require_same(const std::vector<std::string>& classes, const fs::path& folder,
                  const std::vector<std::string>& others, const fs::path& other) {
  const std::string lacking = missing(others, classes);
  if (lacking.empty()) return;
  throw Error(fmt::format("{}: lacks the class folder {} of {}, expected the same in both", folder.string(), lacking,
                          other.string()));
}

ImagePart list_part(const fs::path& folder, const std::vector<std::string>& classes) {
  ImagePart part{folder};
  for (std::size_t label = 0; label < classes.size(); ++label) {
    const fs::path class_folder = folder / classes[label];
    const std::vector<std::string> names = names_in(class_folder, [&](const fs::directory_entry& entry) {
      const bool accepted = is_image(entry);
      if (!accepted && !is_folder(entry)) ++part.other_files[extension_of(entry)];
      return accepted;
    });
    if (names.empty()) {
      throw Error(
          fmt::format("{}: holds no image, expected files that end in .jpg, .jpeg or .png", class_folder.string()));
    }
    for (const std::string& name : names) {
      part.images.push_back({class_folder / name, static_cast<std::uint8_t>(label)});
    }
  }
  return part;
}

}  // namespace

ImageListing list_images(const fs::path& dir) {
  const fs::path train = dir / "train";
  std::error_code ignored;
  if (!fs::is_directory(train, ignored)) {
    throw Error(
        fmt::format("{}: holds no folder train, expected it and val or test, each with a folder of images for "
                    "every class",
                    dir.string()));
  }
  const fs::path test = test_folder(dir);
  const std::vector<std::string> classes = names_in(train, is_folder);
  if (classes.empty()) {
    throw Error(fmt::format("{}: holds no folder, expected one of images for every class", train.string()));
  }
  if (classes.size() > to_index(Dataset::most_classes)) {
    throw Error(fmt::format("{}: holds {} class folders, expected at most {}, as labels are bytes", train.string(),
                            grouped(classes.size()), Dataset::most_classes));
  }
  const auto part = [&](const fs::path& folder) {
    const std::vector<std::string> found = names_in(folder, is_folder);
    require_same(found, folder, classes, train);
    require_same(classes, train, found, folder);
    return list_part(folder, classes);
  };
  ImageListing listing{classes, list_part(train, classes), part(test)};
  const fs::path validation = dir / "val";
  if (validation != test && fs::is_directory(validation, ignored)) listing.validation = part(validation);
  return listing;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
