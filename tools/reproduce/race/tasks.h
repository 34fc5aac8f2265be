#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reproduce/method.h"

/// What is raced on, and who races: tables.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct RaceTask {
  std::string id;
  std::string title;
  MethodSettings options;  ///< of tools/train: data set (not its folder), network, criterion, task
};

/// The three tasks; the arm's with two criteria.
std::span<const RaceTask> race_tasks();
/// Throws UsageError listing the known ones.
const RaceTask& race_task(std::string_view id);

struct Entrant {
  std::string id;
  std::string title;
  bool ours = true;              ///< tools/train; else tools/peers/train.py
  MethodSettings options = {};   ///< that it always has
  std::vector<GridAxis> grid{};  ///< that it is tuned over; empty: it runs untouched
  MethodSettings known = {};     ///< the first trial
};

/// The program's defaults: nothing at all is said about the optimizer.
inline constexpr std::string_view kDefaultEntrant = "default";

std::span<const Entrant> contestants();
/// Throws UsageError listing the known ones.
const Entrant& contestant(std::string_view id);

/// The default, and the same with each of its devices changed in turn.
std::span<const Entrant> leave_one_out_entrants();

/// EA-CG with approximations of A of these ranks, and CG, which has all of A; else the default.
std::vector<Entrant> rank_entrants(std::span<const int> ranks);

/// Of Adam's learning rates for the target, at batches of 100.
GridAxis target_learning_rates();
MethodSettings target_options();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
