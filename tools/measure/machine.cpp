#include "tools/measure/machine.h"

#include <fstream>
#include <string_view>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The text after "KEY:" in a file of such lines; empty if no line begins with it.
std::string value_of(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t", colon + 1);
    return first == std::string::npos ? "" : line.substr(first);
  }
  return "";
}

}  // namespace

std::string processor_model() {
  const std::string model = value_of("/proc/cpuinfo", "model name");
  return model.empty() ? "unknown" : model;
}

std::size_t peak_memory() {
  const std::string kilobytes = value_of("/proc/self/status", "VmHWM");
  if (kilobytes.empty()) throw Error("/proc/self/status: has no VmHWM, expected the peak of this process's memory");
  return std::stoull(kilobytes) * 1024;
}

bool reset_peak_memory() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5";
  return static_cast<bool>(file.flush());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
