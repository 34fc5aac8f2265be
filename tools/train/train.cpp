#include "tools/train/train.h"

#include <chrono>

#include "tools/command_line/arguments.h"
#include "tools/command_line/interrupts.h"
#include "tools/train/find_settings.h"
#include "tools/train/options.h"
#include "tools/train/run.h"
#include "tools/train/run_folder.h"
#include "tools/train/session.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

int run(TrainOptions options) {
  const auto started = std::chrono::steady_clock::now();
  if (options.resume) require_run(*options.resume);
  prepare(options);
  RunFolder folder(options.output);
  if (options.resume) {
    folder.create_to_resume(*options.resume);
  } else {
    folder.create_new();
  }
  const TrainingData data = load_training_data(options);
  const Interrupts interrupts;
  return Run(options, data, folder, started).train();
}

}  // namespace

int train(int argc, const char* const* argv) {
  return run_tool("train", [&] {
    const auto options = parse_train_options(argc, argv);
    return options->find_settings ? find_settings(*options) : run(*options);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
