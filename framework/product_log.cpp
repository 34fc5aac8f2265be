#include "framework/product_log.h"

#include <algorithm>
#include <utility>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

thread_local ProductLog* log_of_thread = nullptr;

}  // namespace

ProductLog::ProductLog() : before_(std::exchange(log_of_thread, this)) {}

ProductLog::~ProductLog() { log_of_thread = before_; }

std::map<ProductShape, double> ProductLog::take() { return std::exchange(counts_, {}); }

void ProductLog::add(const ProductShape& shape, double count) {
  if (log_of_thread == nullptr || std::min({shape.rows, shape.cols, shape.inner}) <= 1) return;
  log_of_thread->counts_[shape] += count;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
