#include "tools/measure/heap.h"

#ifdef __SANITIZE_ADDRESS__
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // g++ has no header that declares it
#else
#include <malloc.h>
#endif

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::size_t heap_in_use() {
#ifdef __SANITIZE_ADDRESS__
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
