#pragma once

#include "second_order/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The paper's options, changed: paper([](auto& o) { o.learning_rate = 0.3; }).
template <class Change>
SecondOrderOptions paper(const Change& change) {
  SecondOrderOptions options = paper_options();
  change(options);
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
