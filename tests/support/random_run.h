#pragma once

#include <cstdlib>
#include <limits>
#include <string>

#include "framework/error.h"
#include "framework/threads.h"
#include "models/training.h"
#include "tests/support/parse_options.h"
#include "tests/support/random_problem.h"
#include "tools/train/session.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A whole number of the environment.
inline int number_of(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

/// What became of a run.
struct Outcome {
  double start = std::numeric_limits<double>::quiet_NaN();
  double end = std::numeric_limits<double>::quiet_NaN();
  std::string message = {};   ///< of a run that was refused or stopped
  std::string finished = {};  ///< why the optimizer has finished
  int epochs = 0;             ///< complete ones
};

/// Trains as tools/train does, on one thread.
inline Outcome run(const RandomProblem& problem) {
  Outcome outcome;
  Arguments arguments{"--dataset=npy", "--data=none", "--output=none", "--threads=1"};
  for (const auto& [name, value] : problem.options) arguments.push_back("--" + name + "=" + value);
  try {
    TrainOptions options = parse_options(arguments);
    set_threads(1);
    options.set_task(problem.data.train.task);
    const TrainingData data = prepare_training_data(options, problem.data);
    TrainingSession session(options, data);
    outcome.start = session.training().train_score().loss;
    const double start = session.training().start_loss();
    for (int epoch = 1; epoch <= options.epochs; ++epoch) {
      const EpochSummary summary = session.trainer().run_epoch(epoch);
      if (!summary.complete) {
        outcome.message = summary.message;
        return outcome;
      }
      outcome.end = session.training().train_score().loss;
      outcome.epochs = epoch;
      outcome.finished = summary.finished;
      if (!outcome.finished.empty()) return outcome;
      outcome.message = far_above(start, outcome.end);
      if (!outcome.message.empty()) return outcome;
    }
  } catch (const Error& error) {
    outcome.message = error.what();
  }
  return outcome;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
