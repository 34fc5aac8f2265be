#include "tools/reproduce/machine_description.h"

#include <string>

#include <fmt/core.h>

#include "framework/linalg.h"
#include "framework/threads.h"
#include "tools/curvegraph_version.h"
#include "tools/measure/machine.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string compiler() {
#ifdef __clang__
  return fmt::format("clang++ {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace

nlohmann::json machine_description() {
  return {{"processor", processor_model()},
          {"threads", threads()},
          {"blas", linalg_description()},
          {"compiler", compiler()},
          {"version", CURVEGRAPH_VERSION}};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
