#pragma once

#include <cstdint>
#include <limits>

#include "framework/optimizers/schedule.h"
#include "framework/plan.h"
#include "second_order/curvature/curvature.h"
#include "second_order/damping.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The value of an option that is decided by the network or the criterion, as the functions below say.
inline constexpr int kAutomatic = -1;

/// No layer of the plan's graph has more inputs.
bool is_narrow(const Plan& plan, int inputs);

/// The steps of a narrow network cost little beside new blocks: it keeps them for 5 steps and averages them by 0.5.
/// Other networks make them at every step, as kept blocks cost test accuracy there.
int curvature_every_in(bool narrow, int curvature_every);
double averaging_in(bool narrow, double averaging);

/// 0.005 for classes, 0.001 for other targets. A Newton step with decay d misses the targets by about d of their size.
/// That costs a fit of numbers, while the curvature of a cross-entropy vanishes as the fit improves.
double weight_decay_in(const Plan& plan, double weight_decay);

/// The defaults are one setting for every task but for the weight decay, for batches of about 100: PCH-1, Kronecker
/// factors of weights and bias together, damping relative to each layer, a trust region, and an average of the weights.
struct SecondOrderOptions {
  const Curvature* curvature = &pch_1;
  const WeightSolverKind* solver = &weight_solver("kfi-joined");
  double learning_rate = 0.1;     ///< η
  DampingOptions damping = {};    ///< of each system
  double trust_region = 0.003;    ///< κ: the predicted change of a step is at most this share of the loss; 0: no bound
  double momentum = 0;            ///< μ, in [0, 1)
  double averaging = kAutomatic;  ///< β of the Kronecker factors, see FactorAverages; 0: none; or kAutomatic
  int average_inputs = 128;       ///< a network without a layer of more inputs is narrow: A is averaged
  CgOptions cg = {};              ///< for the bias systems and for the iterative solvers
  int rank = 1;                   ///< of ea-cg's second moment, see PrincipalMoment
  int curvature_every = kAutomatic;  ///< the blocks are made anew in one of so many steps, and kept between
  double product_share = std::numeric_limits<double>::infinity();  ///< see LayerBlocksOptions
  std::uint64_t seed = 1;                                          ///< of the targets that a sampled curvature draws
  LearningRateSchedule schedule = {};
  double weight_decay = kAutomatic;  ///< W ← (1 - η decay) W at each step, weights alone: from 0, or kAutomatic
  double average_weights =
      0.1;  ///< a WeightAverage is the mean over the last so many of all steps, as a share; 0: none
};

/// The paper's method: EA-CG with fixed damping, and none of the devices that the defaults add.
SecondOrderOptions paper_options();

/// The options with values in place of kAutomatic, for the plan's network and criterion.
SecondOrderOptions resolved(SecondOrderOptions options, const Plan& plan);

/// Throws UsageError for a value out of range that no part of the optimizer checks itself.
void require_in_range(const SecondOrderOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
