#include "framework/processors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <omp.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

namespace fs = std::filesystem;

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

/// The first words of a file.
std::vector<std::string> words_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> words;
  for (std::string word; words.size() < 2 && file >> word;) words.push_back(word);
  return words;
}

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// Quota over period, from "QUOTA PERIOD" of version 2 or from the two files of version 1.
double limit_of(const fs::path& group, bool version_2) {
  std::vector<std::string> words = words_of(group / (version_2 ? "cpu.max" : "cpu.cfs_quota_us"));
  if (!version_2) {
    for (const std::string& word : words_of(group / "cpu.cfs_period_us")) words.push_back(word);
  }
  if (words.size() < 2) return kUnlimited;
  const std::optional<double> quota = number_of(words[0]);
  const std::optional<double> period = number_of(words[1]);
  return quota && period && *quota > 0 && *period > 0 ? *quota / *period : kUnlimited;
}

/// The smallest limit of a group and those above it.
double limit_above(const fs::path& mount, fs::path group, bool version_2) {
  double limit = kUnlimited;
  for (;; group = group.parent_path()) {
    limit = std::min(limit, limit_of(mount / group.relative_path(), version_2));
    if (group.relative_path().empty()) return limit;
  }
}

/// Whether a list such as "cpu,cpuacct" has cpu.
bool has_cpu(std::string_view controllers) {
  while (true) {
    const std::size_t comma = controllers.find(',');
    if (controllers.substr(0, comma) == "cpu") return true;
    if (comma == std::string_view::npos) return false;
    controllers.remove_prefix(comma + 1);
  }
}

}  // namespace

int processors_of_quota(const fs::path& root) {
  const fs::path mounts = root / "sys/fs/cgroup";
  std::ifstream file(root / "proc/self/cgroup");
  double limit = kUnlimited;
  // Lines are NUMBER:CONTROLLERS:PATH; version 2 has the number 0 and no controllers.
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty()) {
      limit = std::min({limit, limit_above(mounts, group, true), limit_above(mounts / "unified", group, true)});
    } else if (has_cpu(controllers)) {
      limit =
          std::min({limit, limit_above(mounts / controllers, group, false), limit_above(mounts / "cpu", group, false)});
    }
  }
  return limit < 1e6 ? static_cast<int>(std::ceil(limit)) : 0;
}

int default_threads() {
  if (std::getenv("OMP_NUM_THREADS") != nullptr) return omp_get_max_threads();
  const int quota = processors_of_quota();
  return quota > 0 ? std::min(omp_get_num_procs(), quota) : omp_get_num_procs();
}

double busy_seconds(std::string_view stat, std::span<const int> processors, double ticks_per_second) {
  std::istringstream lines{std::string(stat)};
  double ticks = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    const std::optional<double> number = name.starts_with("cpu") ? number_of(name.substr(3)) : std::nullopt;
    if (!number || std::ranges::find(processors, static_cast<int>(*number)) == processors.end()) continue;
    // user nice system idle iowait irq softirq steal; guests are in user and nice.
    double time = 0;
    for (int column = 0; column < 8 && words >> time; ++column) {
      if (column != 3 && column != 4) ticks += time;
    }
  }
  return ticks / ticks_per_second;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
