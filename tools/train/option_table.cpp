#include "tools/train/option_table.h"

#include <string>

#include <fmt/format.h>

#include "models/mlp.h"
#include "ops/registry.h"
#include "second_order/curvature.h"
#include "second_order/weight_solver.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kNoDefault = nullptr;

}  // namespace

std::string_view train_synopsis() {
  return "train --output DIR [option ...]\n"
         "\n"
         "Trains a fully connected network, by a second-order method unless told otherwise. After every epoch DIR "
         "holds\n"
         "  metrics.csv             losses and accuracies over the whole sets, seconds of training without evaluation\n"
         "  model.safetensors       weights and biases, as PyTorch's nn.Linear has them\n"
         "  checkpoint.safetensors  what --resume DIR continues from\n"
         "Exit status: 0 trained, 1 failed, 2 wrong usage.\n";
}

boost::program_options::options_description train_option_table() {
  OptionGroup data("Data");
  add_dataset_options(data, "what to train on");
  data.add("normalize", "KIND", "channel",
           "inputs are (byte/255 - mean) / scale by mean and deviation of the training set over each feature "
           "(pixel) or each channel, or none");

  OptionGroup network("Network");
  network.add(
      "layers", "SIZES", kNoDefault,
      listed("from inputs to outputs, such as 784-512-10, or a network of the paper by name; by default "
             "784-512-256-128-64-32-16-10 for fashion-mnist and the paper's for cifar-10, required for image-folder:",
             paper_networks(), [](const auto& known) { return fmt::format("{}: {}", known.name, known.layers); }));
  network.add("activation", "NAME", "sigmoid", fmt::format("of the hidden layers: {}", names(activations())));
  network.add("criterion", "NAME", "cross-entropy",
              fmt::format("loss of the outputs: {}; bounded is equation 14 of the paper", names(criteria())));

  OptionGroup optimizer("Optimizer");
  optimizer.add("optimizer", "NAME", "second-order", "second-order, or sgd (with momentum)");
  optimizer.add("learning-rate", "X", "0.1", "factor of each step, above 0");
  optimizer.add("momentum", "X", "0.9", "of sgd: share of the last step that is kept, from 0 to below 1");
  optimizer.add("curvature", "NAME", "pch-1", listed("of second-order:", curvatures(), [](const auto* kind) {
                  return fmt::format("{}: {}", kind->name, kind->description);
                }));
  optimizer.add("curvature-every", "N", "1",
                "of second-order: make the curvature anew every N steps and keep it between, from 1 (the paper's)");
  optimizer.add("solver", "NAME", "ea-cg", listed("of second-order:", weight_solvers(), [](const auto& kind) {
                  return fmt::format("{}: {}", kind.name, kind.description);
                }));
  optimizer.add("alpha", "X", "0.02", "of second-order: share of the identity in (1-alpha) G + alpha I, above 0 to 1");
  optimizer.add("max-cg", "N", "50",
                "of second-order: conjugate gradient iterations at most, from 1; of ea-cg, cg and every bias");
  optimizer.add("cg-tolerance", "X", "0.1",
                "of second-order: stop where the residual is this share of the right-hand side, from 0 to below 1");

  OptionGroup run("Run");
  run.add("batch-size", "N", "500", "samples a step, from 1; those left over at the end of an epoch sit out the rest");
  run.add("epochs", "N", "10", "times through the training set, from 1");
  run.add("seed", "N", "1", "of the initial weights and the order of samples, from 0");
  run.add("threads", "N", kNoDefault, "processor threads, from 1; by default all. Results depend on the number");
  run.add("output", "DIR", kNoDefault, "where results go, made when missing; required");
  run.add("resume", "DIR", kNoDefault,
          "continue the run that has its output there, with its settings (--epochs may differ); --output may be the "
          "same folder");
  run.add("config", "FILE", kNoDefault, "more options as lines 'option = value'; the command line comes first");

  return option_table({&data, &network, &optimizer, &run});
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
