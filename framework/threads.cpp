#include "framework/threads.h"

#include <fmt/core.h>
#include <omp.h>

#include "framework/error.h"
#include "framework/processors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void set_threads(int threads) {
  if (threads < 1) throw UsageError(fmt::format("threads: found {}, expected at least 1", threads));
  omp_set_dynamic(0);
  omp_set_num_threads(threads);
  watch_processors(threads);
}

int threads() { return omp_get_max_threads(); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
