// Preloaded into a program, kills it just before the N-th time that it puts a file in place or removes one:
// CURVEGRAPH_KILL=NAME:N, with the program's NAME, so that what it starts is left alone.

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include <dlfcn.h>

namespace {

void count_write() {
  static std::atomic<int> writes = 0;
  const char* const given = std::getenv("CURVEGRAPH_KILL");
  if (given == nullptr) return;
  const std::string text = given;
  const std::size_t colon = text.rfind(':');
  if (text.substr(0, colon) != program_invocation_short_name) return;
  if (++writes == std::atoi(text.c_str() + colon + 1)) std::raise(SIGKILL);
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's are reserved
extern "C" int rename(const char* from, const char* to) noexcept {
  count_write();
  return next<int(const char*, const char*)>("rename")(from, to);
}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's are reserved
extern "C" int remove(const char* path) noexcept {
  count_write();
  return next<int(const char*)>("remove")(path);
}
