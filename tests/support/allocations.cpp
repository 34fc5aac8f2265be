#include "tests/support/allocations.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define CURVEGRAPH_COUNTS_ALLOCATIONS
#include <link.h>
#endif

namespace {

std::atomic<std::int64_t> calls = 0;

#ifdef CURVEGRAPH_COUNTS_ALLOCATIONS

struct Range {
  std::uintptr_t first = 0;
  std::uintptr_t last = 0;
};
constinit std::array<Range, 2> others{};

int note_library(dl_phdr_info* info, std::size_t /*size*/, void* /*data*/) {
  const std::string_view name = info->dlpi_name;
  const std::size_t place = name.find("libopenblas") != name.npos ? 0 : 1;
  if (place == 1 && name.find("libgomp") == name.npos) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    others[place] = {info->dlpi_addr + header.p_vaddr, info->dlpi_addr + header.p_vaddr + header.p_memsz};
  }
  return 0;
}

void count(const void* caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  for (const Range& range : others) {
    if (address >= range.first && address < range.last) return;
  }
  ++calls;
}

#endif

}  // namespace

#ifdef CURVEGRAPH_COUNTS_ALLOCATIONS

// The names that glibc gives its own for those who replace the public ones; operator new calls malloc.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(number, size);
}

void* realloc(void* memory, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(memory, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  constexpr int kNoMemory = 12;  // ENOMEM
  *memory = memalign(alignment, size);
  return *memory == nullptr ? kNoMemory : 0;
}
}

// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

#endif

namespace curvegraph {

bool counts_allocations() {
#ifdef CURVEGRAPH_COUNTS_ALLOCATIONS
  return true;
#else
  return false;
#endif
}

std::int64_t allocations() {
#ifdef CURVEGRAPH_COUNTS_ALLOCATIONS
  if (others[0].last == 0) dl_iterate_phdr(note_library, nullptr);
#endif
  return calls;
}

}  // namespace curvegraph
