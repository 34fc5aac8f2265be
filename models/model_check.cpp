#include "models/model_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/core.h>

#include "framework/check/differences.h"
#include "framework/check/kinks.h"
#include "framework/check/op_rules.h"
#include "framework/error.h"
#include "framework/index.h"
#include "models/block_reference.h"
#include "second_order/curvature/layer_blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// A central difference with step h = 1e-5 has the error h² f'''/6. Relative to f' it is 1e-10 if f''' = 6 f'. The
/// bound is a hundred times as large, for ops that bend sharply.
constexpr double kDifferences = 1e-8;
/// For sums of the same terms in another order.
constexpr double kRoundingOfSums = 1e-12;
constexpr double kSemiDefinite = -1e-12;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class ModelCheck {
 public:
  ModelCheck(Plan& plan, const ModelCheckOptions& options)
      : plan_(plan), options_(options), exact_(plan, curvegraph::exact), layers_(exact_.layers()) {}

  std::vector<CheckResult> run() {
    for (const WeightedLayer& layer : layers_)
      all_ += 2 * parameter(layer.weight).size() + parameter(layer.bias).size();
    for (const WeightedLayer& layer : layers_) {
      check_gradient(layer, "gradient of W", layer.weight);
      check_gradient(layer, "gradient of b", layer.bias);
    }
    run_plan();
    if (ran(exact_, "exact block")) {
      for (const WeightedLayer& layer : layers_) check_exact_block(layer);
    }
    check_exact_weight_blocks();
    check_kinds();
    std::ranges::stable_sort(results_, {}, &CheckResult::layer);
    return std::move(results_);
  }

 private:
  Tensor& parameter(int index) { return plan_.graph().parameters()[to_index(index)]; }

  void run_plan() {
    plan_.forward();
    plan_.backward();
  }

  void progress(std::string_view what) {
    ++done_;
    if (options_.on_progress) {
      options_.on_progress({.what = what, .done = static_cast<int>(done_), .all = static_cast<int>(all_)});
    }
  }

  void add(const WeightedLayer& layer, std::string rule, const Deviation& deviation, double bound) {
    results_.push_back({.layer = layer.layer,
                        .rule = std::move(rule),
                        .value = deviation.relative,
                        .bound = bound,
                        .worst = deviation.worst});
  }

  /// The scale that errors are relative to. A central difference of numbers of magnitude f has a rounding error of up
  /// to 16 ε f / step. The scale is at least so large that the tolerance covers this error.
  [[nodiscard]] double scale(double entries, double f) const {
    return std::max(entries, 16 * std::numeric_limits<double>::epsilon() * f / (options_.step * kDifferences));
  }

  void check_gradient(const WeightedLayer& layer, std::string_view rule, int index) {
    run_plan();
    const HostMatrix found(plan_.parameter_gradient(index));
    const double loss = std::max(1.0, std::abs(plan_.mean_loss()));  // a small loss may be a difference of larger ones
    HostMatrix expected(found.shape());
    for (int col = 0; col < expected.cols(); ++col) {
      for (int row = 0; row < expected.rows(); ++row) {
        const HostMatrix slope = difference(parameter(index), row, col, options_.step, [this] {
          plan_.forward();
          HostMatrix mean(Shape{1, 1});
          mean(0, 0) = plan_.mean_loss();
          return mean;
        });
        expected(row, col) = slope(0, 0);
        progress(rule);
      }
    }
    Deviation deviation;
    deviation.include(rule, found, expected, scale(largest(expected), loss));
    add(layer, std::string(rule), deviation, kDifferences);
  }

  /// ∂ (gradient of a parameter) / ∂ (one of its entries)
  HostMatrix second_difference(int index, int row, int col) {
    return difference(parameter(index), row, col, options_.step, [this, index] {
      run_plan();
      return HostMatrix(plan_.parameter_gradient(index));
    });
  }

  void check_exact_block(const WeightedLayer& layer) {
    const HostMatrix found(exact_.block(layer));
    run_plan();
    const double delta = BlockReference(plan_, options_.step).gradient_terms(layer);
    HostMatrix expected(found.shape());
    for (int col = 0; col < expected.cols(); ++col) {
      const HostMatrix column = second_difference(layer.bias, col, 0);
      for (int row = 0; row < expected.rows(); ++row) expected(row, col) = column(row, 0);
    }
    Deviation deviation;
    deviation.include("block", found, expected, scale(largest(expected), delta));
    add(layer, "exact block", deviation, kDifferences);
  }

  // (4c): ∂²ξ/∂Wᵢⱼ∂Wᵣₛ = hⱼ hₛ Hᵢᵣ, one i, j at a time
  void check_exact_weight_blocks() {
    constexpr std::string_view rule = "exact weight block";
    const int batch = plan_.batch();
    plan_.set_batch(1);
    run_plan();
    if (ran(exact_, rule)) {
      for (const WeightedLayer& layer : layers_) {
        run_plan();
        const HostMatrix H(exact_.block(layer));
        const HostMatrix h(exact_.input(layer));
        const double entries = largest(h) * largest(h) * largest(H);
        const double gradients = BlockReference(plan_, options_.step).gradient_terms(layer) * largest(h);
        Deviation deviation;
        for (int j = 0; j < h.rows(); ++j) {
          for (int i = 0; i < H.rows(); ++i) {
            const HostMatrix expected = second_difference(layer.weight, i, j);
            HostMatrix found(expected.shape());
            for (int s = 0; s < h.rows(); ++s) {
              for (int r = 0; r < H.rows(); ++r) found(r, s) = h(j, 0) * h(s, 0) * H(r, i);
            }
            deviation.include(fmt::format("of W({}, {}): W", i, j), found, expected, scale(entries, gradients));
            progress(rule);
          }
        }
        add(layer, std::string(rule), deviation, kDifferences);
      }
    }
    plan_.set_batch(batch);
    run_plan();
  }

  void check_kinds() {
    using Method = Curvature::Method;
    const Op& criterion = *plan_.graph().nodes()[to_index(plan_.root())].op;
    BlockReference reference(plan_, options_.step);
    for (const Curvature* kind : options_.kinds) {
      if (kind->method == Method::RecursionPerSample) continue;  // exact: may be indefinite, and is checked above
      if (!obstacle(*kind, criterion).empty()) continue;
      LayerBlocks blocks(plan_, *kind);
      if (!ran(blocks, fmt::format("{} block", kind->name))) continue;
      for (const WeightedLayer& layer : layers_) {
        const HostMatrix block(blocks.block(layer));
        if (kind->method == Method::Recursion) check_recursion(layer, reference, blocks);
        if (kind->method == Method::GradientMoment) check_moment(layer, blocks);
        check_eigenvalues(layer, *kind, block);
      }
    }
  }

  void check_recursion(const WeightedLayer& layer, BlockReference& reference, const LayerBlocks& blocks) {
    const std::string_view kind = blocks.curvature().name;
    const auto [expected, terms] = reference.block(layer, blocks, block_definition(kind));
    Deviation deviation;
    deviation.include("block", HostMatrix(blocks.block(layer)), expected, terms);
    deviation.worst += fmt::format("; through {}", reference.path(layer));
    add(layer, fmt::format("{} recursion", kind), deviation, kDifferences);
  }

  void check_moment(const WeightedLayer& layer, const LayerBlocks& blocks) {
    const HostMatrix delta(blocks.delta(layer));
    HostMatrix expected(Shape{delta.rows(), delta.rows()});
    for (int s = 0; s < delta.cols(); ++s) {
      for (int j = 0; j < delta.rows(); ++j) {
        for (int i = 0; i < delta.rows(); ++i) expected(i, j) += delta(i, s) * delta(j, s) / delta.cols();
      }
    }
    Deviation deviation;
    deviation.include("block", HostMatrix(blocks.block(layer)), expected, largest(expected));
    add(layer, fmt::format("{} block", blocks.curvature().name), deviation, kRoundingOfSums);
  }

  void check_eigenvalues(const WeightedLayer& layer, const Curvature& kind, const HostMatrix& block) {
    CheckResult result{.layer = layer.layer,
                       .rule = fmt::format("{} eigenvalues", kind.name),
                       .kind = CheckResult::Kind::Eigenvalue,
                       .value = 0,
                       .bound = kSemiDefinite};
    try {
      const std::vector<double> values = eigen(block).values;
      const double size = std::max(std::abs(values.front()), std::abs(values.back()));
      if (size > 0) result.value = values.front() / size;
      result.worst = fmt::format("found {:.10g} to {:.10g}, expected none below zero", values.front(), values.back());
    } catch (const Error& error) {
      result.value = -kInfinity;
      result.worst = error.what();
    }
    results_.push_back(result);
  }

  /// Runs `blocks`. If that fails, every layer fails `rule`, with the reason that run() gives.
  bool ran(LayerBlocks& blocks, std::string_view rule) {
    const SolveSummary summary = blocks.run();
    if (summary.usable()) return true;
    for (const WeightedLayer& layer : layers_) {
      add(layer, std::string(rule), {.relative = kInfinity, .worst = to_string(summary)}, kDifferences);
    }
    return false;
  }

  Plan& plan_;
  const ModelCheckOptions& options_;
  LayerBlocks exact_;
  const std::vector<WeightedLayer>& layers_;
  std::size_t all_ = 0;
  std::size_t done_ = 0;
  std::vector<CheckResult> results_;
};

}  // namespace

std::vector<CheckResult> check_model(Plan& plan, const ModelCheckOptions& options) {
  return ModelCheck(plan, options).run();
}

std::vector<int> samples_near_kinks(const Plan& plan) {
  std::set<int> samples;
  for (const int index : plan.order()) {
    const Op* op = plan.graph().nodes()[to_index(index)].op;
    if (op == nullptr || op->kind == Op::Kind::Weighted || !plan.trainable(index)) continue;
    for (const int sample : samples_near_kinks(*op, point_at(plan, index))) samples.insert(sample);
  }
  return {samples.begin(), samples.end()};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
