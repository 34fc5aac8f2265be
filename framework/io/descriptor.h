#pragma once

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

#include "framework/error.h"
#include "framework/real.h"

/// POSIX files, for the sources of this folder.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Throws the Error of a system call that has just failed and set errno.
[[noreturn]] inline void fail(const std::filesystem::path& path, std::string_view action) {
  const int code = errno;
  throw Error(fmt::format("{}: cannot {}: {}", path.string(), action, std::generic_category().message(code)));
}

/// Repeats a system call for as long as signals interrupt it.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool valid() const { return number_ >= 0; }

  /// Returns false, with errno set, if the system reports at this point that earlier writes were lost.
  bool close() {
    const int number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
  }

 private:
  int number_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
