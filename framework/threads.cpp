#include "framework/threads.h"

#include <omp.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void set_threads(int threads) {
  omp_set_dynamic(0);
  omp_set_num_threads(threads);
}

int threads() { return omp_get_max_threads(); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
