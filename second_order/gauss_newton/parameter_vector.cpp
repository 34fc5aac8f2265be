#include "second_order/gauss_newton/parameter_vector.h"

#include <cstdint>
#include <limits>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

ParameterVector::ParameterVector(const Plan& plan) {
  const auto parameters = plan.graph().parameters();
  std::int64_t size = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    offsets_.push_back(static_cast<int>(size));
    shapes_.push_back(plan.uses(static_cast<int>(p)) ? parameters[p].shape() : Shape{});
    size += static_cast<std::int64_t>(shapes_.back().size());
    if (size > std::numeric_limits<int>::max()) {
      throw UsageError(fmt::format("parameter vector: more than {} entries", std::numeric_limits<int>::max()));
    }
  }
  all_ = Tensor(static_cast<int>(size), 1);
}

void ParameterVector::load(const Plan& plan) {
  const auto parameters = plan.graph().parameters();
  for (std::size_t p = 0; p < shapes_.size(); ++p) {
    if (const MatrixView part = of(static_cast<int>(p))) copy(parameters[p], part);
  }
}

void ParameterVector::store(Plan& plan) const {
  const auto parameters = plan.graph().parameters();
  for (std::size_t p = 0; p < shapes_.size(); ++p) {
    if (const ConstMatrixView part = of(static_cast<int>(p))) copy(part, parameters[p]);
  }
}

void ParameterVector::load_gradient(const Plan& plan) {
  for (std::size_t p = 0; p < shapes_.size(); ++p) {
    const int parameter = static_cast<int>(p);
    if (const MatrixView part = of(parameter)) plan.add_gradient(parameter, 0, part);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
