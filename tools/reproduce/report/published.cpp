#include "tools/reproduce/report/published.h"

#include <algorithm>
#include <cstddef>

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kTraining{
    PublishedTraining{.experiment = "cifar10-convex",
                      .title = "Figures 1 and 3: CIFAR-10, cross-entropy",
                      .time_figure = "Figure 1",
                      .epoch_figure = "Figure 3",
                      .axes = "Its time axis runs to 3,500 s for 200 epochs on a GTX 1080 Ti.",
                      .seconds = {"EA-CG converges faster than KFI; the curvatures perform alike with EA-CG, and with "
                                  "KFI Fisher is the fastest of them.",
                                  Ahead::First},
                      .epochs = {"KFI's loss decreases faster per epoch.", Ahead::Second},
                      .accuracy = {"EA-CG has the better test accuracy.", Ahead::First},
                      .sgd = "Competitive with SGD (conclusion); for these small images less so than in Figure 2, as "
                             "the gradients that SGD needs are cheap."},
    PublishedTraining{.experiment = "imagenet10-convex",
                      .title = "Figures 2 and 4: ten classes of ImageNet, cross-entropy",
                      .time_figure = "Figure 2",
                      .epoch_figure = "Figure 4",
                      .axes = "Its time axis runs to somewhat more than 4,000 s for 200 epochs on a GTX 1080 Ti.",
                      .seconds = {"EA-CG and KFI take almost the same time for 200 epochs; KFI, with equation 13 at "
                                  "the first layer, has the lower training loss.",
                                  Ahead::Second},
                      .epochs = {"Consistent with Figure 2: KFI has the lower training loss.", Ahead::Second},
                      .accuracy = {"KFI may suffer from overfitting.", Ahead::First},
                      .sgd = "Second-order methods perform comparably to SGD."},
    PublishedTraining{.experiment = "cifar10-nonconvex",
                      .title = "Figures 5 and 7: CIFAR-10, the non-convex criterion",
                      .time_figure = "Figure 5",
                      .epoch_figure = "Figure 7",
                      .axes = "",
                      .seconds = {"EA-CG outperforms KFI; Fisher with EA-CG is the best.", Ahead::First},
                      .epochs = {"EA-CG and KFI are hard to distinguish; Fisher with EA-CG has the best training loss.",
                                 Ahead::Unknown},
                      .accuracy = {"EA-CG has the better test accuracy.", Ahead::First},
                      .sgd = "Competitive with SGD (conclusion)."},
    PublishedTraining{.experiment = "imagenet10-nonconvex",
                      .title = "Figures 6 and 8: ten classes of ImageNet, the non-convex criterion",
                      .time_figure = "Figure 6",
                      .epoch_figure = "Figure 8",
                      .axes = "",
                      .seconds = {"EA-CG surpasses KFI in training loss.", Ahead::First},
                      .epochs = {"EA-CG surpasses KFI in training loss.", Ahead::First},
                      .accuracy = {"Hard to distinguish; per epoch, PCH with KFI has the best.", Ahead::Unknown},
                      .sgd = "Competitive with SGD (conclusion)."},
};

constexpr double kNone = -1;
constexpr std::array<std::string_view, 4> kColumns{"fisher", "gauss-newton", "pch-1", "pch-2"};

constexpr std::array kErrors{
    PublishedErrors{.hessian_case = "cifar10-convex",
                    .title = "CIFAR-10, cross-entropy",
                    .table = 2,
                    .rows = {{{0.0071, 0.0057, 0.0036, 0.0043},
                              {0.0470, 0.0212, 0.0237, 0.0228},
                              {0.1140, 0.0220, 0.0238, 0.0165},
                              {0.0726, 0.0207, 0.0119, 0.0085},
                              {0.0397, 0.0130, 0.0086, 0.0066},
                              {0.0219, 0.0107, 0.0093, 0.0071},
                              {0.0185, 0.0176, 0.0132, 0.0106},
                              {0.0251, 0.0000, 0.0000, 0.0000},
                              {0.1535, 0.0446, 0.0402, 0.0330}}}},
    PublishedErrors{.hessian_case = "imagenet10-convex",
                    .title = "ten classes of ImageNet, cross-entropy",
                    .table = 3,
                    .rows = {{{0.0012, 0.0011, 0.0003, 0.0009},
                              {0.0240, 0.0151, 0.0146, 0.0132},
                              {0.0409, 0.0186, 0.0198, 0.0174},
                              {0.0390, 0.0149, 0.0137, 0.0160},
                              {0.0327, 0.0132, 0.0115, 0.0112},
                              {0.0279, 0.0159, 0.0142, 0.0128},
                              {0.0290, 0.0260, 0.0259, 0.0183},
                              {0.0427, 0.0000, 0.0000, 0.0000},
                              {0.0910, 0.0436, 0.0424, 0.0369}}}},
    PublishedErrors{.hessian_case = "cifar10-nonconvex",
                    .title = "CIFAR-10, the non-convex criterion",
                    .table = 4,
                    .rows = {{{0.0044, kNone, 0.0035, 0.0049},
                              {0.0192, kNone, 0.0179, 0.0456},
                              {0.0528, kNone, 0.0185, 0.0502},
                              {0.0449, kNone, 0.0129, 0.0344},
                              {0.0330, kNone, 0.0092, 0.0261},
                              {0.0294, kNone, 0.0097, 0.0198},
                              {0.0331, kNone, 0.0140, 0.0198},
                              {0.0781, kNone, 0.0000, 0.0000},
                              {0.1198, kNone, 0.0349, 0.0853}}}},
    PublishedErrors{.hessian_case = "imagenet10-nonconvex",
                    .title = "ten classes of ImageNet, the non-convex criterion",
                    .table = 5,
                    .rows = {{{0.0003, kNone, 0.0002, 0.0003},
                              {0.0116, kNone, 0.0226, 0.0253},
                              {0.0258, kNone, 0.0264, 0.0300},
                              {0.0248, kNone, 0.0285, 0.0326},
                              {0.0157, kNone, 0.0284, 0.0308},
                              {0.0147, kNone, 0.0214, 0.0227},
                              {0.0219, kNone, 0.0172, 0.0171},
                              {0.0734, kNone, 0.0000, 0.0000},
                              {0.0880, kNone, 0.0598, 0.0660}}}},
};

struct PublishedCost {
  std::string_view method;
  int exponent;
  std::string_view words;
};
/// Of layers of one width n, at a fixed batch.
constexpr std::array kCosts{
    PublishedCost{"fisher", 2, "O(B n²)"}, PublishedCost{"gauss-newton", 3, "O(n³)"},
    PublishedCost{"pch-1", 3, "O(n³)"},    PublishedCost{"pch-2", 3, "O(n³)"},
    PublishedCost{"kfi", 3, "O(n³)"},      PublishedCost{"ea-cg", 2, "O(|CG| n²)"},
};

const PublishedCost* cost_of(std::string_view method) {
  const auto* const found = std::ranges::find(kCosts, method, &PublishedCost::method);
  return found == kCosts.end() ? nullptr : found;
}

}  // namespace

const PublishedTraining* published_training(std::string_view experiment) {
  const auto* const found = std::ranges::find(kTraining, experiment, &PublishedTraining::experiment);
  return found == kTraining.end() ? nullptr : found;
}

std::optional<std::vector<double>> PublishedErrors::column(std::string_view curvature) const {
  const auto index = static_cast<std::size_t>(std::ranges::find(kColumns, curvature) - kColumns.begin());
  if (index == kColumns.size() || rows.back()[index] < 0) return std::nullopt;
  std::vector<double> values;
  values.reserve(rows.size());
  for (std::size_t row = 0; row + 1 < rows.size(); ++row) values.push_back(rows[row][index]);
  return values;
}

std::optional<double> PublishedErrors::total(std::string_view curvature) const {
  const auto index = static_cast<std::size_t>(std::ranges::find(kColumns, curvature) - kColumns.begin());
  if (index == kColumns.size() || rows.back()[index] < 0) return std::nullopt;
  return rows.back()[index];
}

std::span<const PublishedErrors> published_errors() { return kErrors; }

std::optional<int> published_exponent(std::string_view method) {
  const PublishedCost* const found = cost_of(method);
  return found == nullptr ? std::nullopt : std::optional(found->exponent);
}

std::string_view published_cost(std::string_view method) {
  const PublishedCost* const found = cost_of(method);
  return found == nullptr ? "no row" : found->words;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
