#include "tools/reproduce/race/tasks.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

RaceTask arm_task(const std::string& criterion, const std::string& title) {
  return {"arm-" + criterion.substr(0, criterion.find('-')),
          title,
          {{"dataset", "npy"}, {"layers", "8-64-64-64-64-2"}, {"activation", "tanh"}, {"criterion", criterion}}};
}

Entrant tuned(const std::string& id, const std::string& title, const MethodSettings& options,
              const std::vector<std::string>& learning_rates, const std::string& known) {
  return {.id = id,
          .title = title,
          .options = options,
          .grid = {{"learning-rate", learning_rates}, {"batch-size", {"50", "100", "500"}}},
          .known = {{"learning-rate", known}, {"batch-size", "100"}}};
}

Entrant peer(Entrant entrant) {
  entrant.ours = false;
  return entrant;
}

const MethodSettings kSgd{{"optimizer", "sgd"}, {"momentum", "0.9"}};
const MethodSettings kAdam{{"optimizer", "adam"}};
const std::vector<std::string> kSgdRates{"0.01", "0.03", "0.1", "0.3", "1"};
const std::vector<std::string> kAdamRates{"0.0001", "0.0003", "0.001", "0.003", "0.01"};

/// The default with another value for one of its devices, or with one more.
struct Change {
  const char* id;
  const char* title;
  MethodSettings options;
};
const std::vector<Change>& changes() {
  static const std::vector<Change> all{
      {"without-relative-damping", "one damping for all layers", {{"damping", "fixed"}}},
      {"without-trust-region", "without the trust region", {{"trust-region", "0"}}},
      {"without-kept-curvature", "curvature of every step", {{"curvature-every", "1"}}},
      {"without-averages", "without averages of the factors", {{"averaging", "0"}}},
      {"without-joined-bias", "bias apart from the weights", {{"solver", "kfi"}}},
      {"without-second-moment", "the input's mean alone (EA-CG)", {{"solver", "ea-cg"}}},
      {"without-residual", "Fisher for PCH-1 (K-FAC)", {{"curvature", "fisher"}}},
      {"with-momentum", "with momentum 0.9", {{"momentum", "0.9"}}},
      {"with-adaptive-damping", "with adaptive damping", {{"damping", "adaptive"}}},
      {"without-any", "without any (the paper's setting)", {{"preset", "paper"}}},
  };
  return all;
}

template <class Entry>
const Entry& find(std::span<const Entry> all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &Entry::id);
  if (found != all.end()) return *found;
  std::string known;
  for (const Entry& each : all) known += (known.empty() ? "" : ", ") + each.id;
  throw UsageError(fmt::format("found '{}', expected some of {}", id, known));
}

}  // namespace

std::span<const RaceTask> race_tasks() {
  static const std::array all{
      RaceTask{"cifar-10",
               "CIFAR-10, cross-entropy",
               {{"dataset", "cifar-10"},
                {"layers", "3072-1024-512-256-128-64-32-16-10"},
                {"activation", "sigmoid"},
                {"criterion", "cross-entropy"}}},
      RaceTask{"autoencoder",
               "Autoencoder of Fashion-MNIST",
               {{"dataset", "fashion-mnist"},
                {"layers", "784-1000-500-250-30-250-500-1000-784"},
                {"activation", "sigmoid"},
                {"task", "autoencoder"},
                {"criterion", "sigmoid-cross-entropy"}}},
      arm_task("tukey-biweight", "Inverse dynamics of an arm, Tukey's biweight"),
      arm_task("squared-error", "Inverse dynamics of an arm, squared error"),
  };
  return all;
}

const RaceTask& race_task(std::string_view id) { return find(race_tasks(), id); }

std::span<const Entrant> contestants() {
  static const std::vector<Entrant> all = [] {
    std::vector<Entrant> made{
        {.id = std::string(kDefaultEntrant), .title = "second order, default"},
        tuned("sgd", "SGD", kSgd, kSgdRates, "0.1"),
        tuned("adam", "Adam", kAdam, kAdamRates, "0.001"),
        peer(tuned("torch-sgd", "PyTorch SGD", kSgd, kSgdRates, "0.1")),
        peer(tuned("torch-adam", "PyTorch Adam", kAdam, kAdamRates, "0.001")),
        peer(tuned("torch-soap", "PyTorch SOAP", {{"optimizer", "soap"}}, {"0.0003", "0.001", "0.003", "0.01"},
                   "0.003")),
        peer(tuned("torch-k-fac", "PyTorch K-FAC", {{"optimizer", "k-fac"}, {"momentum", "0.9"}},
                   {"0.001", "0.003", "0.01", "0.03", "0.1"}, "0.01")),
    };
    // Their steps cost much more where a layer has thousands of inputs: larger batches, rarer preconditioners, and for
    // SOAP none of the longest sides.
    Entrant& soap = made[5];
    soap.grid[1].values = {"100", "500", "1000"};
    soap.grid.push_back({"every", {"10", "30"}});
    soap.grid.push_back({"largest-side", {"1100", "10000"}});
    soap.known = {{"learning-rate", "0.003"}, {"batch-size", "500"}, {"every", "10"}, {"largest-side", "1100"}};
    Entrant& kfac = made[6];
    kfac.grid[1].values = {"100", "500", "1000"};
    kfac.grid.push_back({"every", {"10", "30"}});
    kfac.grid.push_back({"damping", {"0.001", "0.01", "0.1"}});
    kfac.known = {{"learning-rate", "0.03"}, {"batch-size", "500"}, {"every", "10"}, {"damping", "0.01"}};
    return made;
  }();
  return all;
}

const Entrant& contestant(std::string_view id) { return find(contestants(), id); }

std::span<const Entrant> leave_one_out_entrants() {
  static const std::vector<Entrant> all = [] {
    std::vector<Entrant> made{contestant(kDefaultEntrant)};
    for (const auto& [id, title, options] : changes()) made.push_back({.id = id, .title = title, .options = options});
    return made;
  }();
  return all;
}

std::vector<Entrant> rank_entrants(std::span<const int> ranks) {
  std::vector<Entrant> all;
  for (const int rank : ranks) {
    all.push_back({.id = fmt::format("rank-{}", rank),
                   .title = fmt::format("EA-CG, rank {}", rank),
                   .options = {{"solver", "ea-cg"}, {"rank", fmt::format("{}", rank)}}});
  }
  all.push_back({.id = "cg", .title = "CG, all of A", .options = {{"solver", "cg"}}});
  return all;
}

GridAxis target_learning_rates() { return {"learning-rate", {"0.0003", "0.001", "0.003", "0.01"}}; }

MethodSettings target_options() { return {{"optimizer", "adam"}, {"batch-size", "100"}}; }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
