#include "tools/reproduce/report/program.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <system_error>

#include <boost/process.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "framework/error.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

namespace bp = boost::process;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

File temporary_file() {
  File file(std::tmpfile());
  if (!file) throw Error("cannot make a temporary file: " + std::generic_category().message(errno));
  return file;
}

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  std::array<char, 65536> piece{};
  for (std::size_t size = 1; size > 0;) {
    size = std::fread(piece.data(), 1, piece.size(), file);
    text.append(piece.data(), size);
  }
  return text;
}

std::string last_line(std::string text) {
  text.erase(text.find_last_not_of("\n ") + 1);
  return text.empty() ? "no message" : text.substr(text.rfind('\n') + 1);
}

}  // namespace

// (Boost's search_path would need its file system library.)
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string program = (std::filesystem::path(folder) / name).string();
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

void require_program(const std::string& name, std::string_view package) {
  if (find_program(name).empty()) {
    throw Error(fmt::format("{}: not in PATH, expected it for the report: install {}", name, package));
  }
}

std::string filter(const std::string& name, const std::vector<std::string>& arguments, std::string_view input) {
  const std::string program = find_program(name);
  if (program.empty()) throw Error(fmt::format("{}: not in PATH", name));
  // Files rather than pipes: neither side waits for the other, and a program that stops reading does no harm.
  const File in = temporary_file();
  const File out = temporary_file();
  const File err = temporary_file();
  if (std::fwrite(input.data(), 1, input.size(), in.get()) != input.size() || std::fflush(in.get()) != 0) {
    throw Error("cannot write a temporary file: " + std::generic_category().message(errno));
  }
  std::rewind(in.get());
  std::error_code error;
  bp::child child(program, bp::args(arguments), bp::std_in<in.get(), bp::std_out> out.get(), bp::std_err > err.get(),
                  error);
  if (error) throw Error(fmt::format("{}: cannot be started: {}", name, error.message()));
  child.wait();
  if (child.exit_code() != 0) {
    throw Error(fmt::format("{}: status {}: {}", name, child.exit_code(), last_line(contents(err.get()))));
  }
  return contents(out.get());
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
