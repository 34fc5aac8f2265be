#include "tools/train/option_table.h"

#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/command_line/network_options.h"
#include "tools/command_line/optimizer_options.h"
#include "tools/command_line/presets.h"
#include "tools/train/candidates.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::string_view train_synopsis() {
  return "train --output DIR [option ...]\n"
         "\n"
         "Trains a fully connected network, by default with a second-order method. DIR holds, epoch by epoch,\n"
         "  metrics.csv             losses and accuracies (or rmse) over the whole sets, seconds of training without "
         "evaluation\n"
         "  model.safetensors       weights and biases in the layout of PyTorch's nn.Linear\n"
         "  best.safetensors        with a validation set: the network after the best epoch\n"
         "  checkpoint.safetensors  the state from which --resume DIR continues\n"
         "Exit status: 0 trained, 1 failed, 2 wrong usage, 3 stopped by a numerical failure, 130 or 143 interrupted.\n";
}

boost::program_options::options_description train_option_table() {
  OptionGroup data("Data");
  add_dataset_options(data, "data set to train on");
  data.add("validation", "SHARE", kNoDefault,
           "hold out this share of the training set (0 < SHARE < 1) and evaluate it after each epoch; samples are "
           "drawn by --seed, the same share of each class. Data with its own validation set does not need this option");
  data.add("task", "NAME", kNoDefault,
           "kind of targets; by default classification for images and for targets that are integers or text, else "
           "regression:\n"
           "classification: classes, as integers from 0 (see --label-base) or, in csv, as text\n"
           "regression: numbers; for tables only\n"
           "autoencoder: the inputs before normalisation; byte/255 for images");
  data.add("normalize", "KIND", kNoDefault,
           "feature, channel or none: scale inputs x to (x - mean) / scale, with mean and standard deviation of each "
           "feature (pixel) or channel in the training set; x is byte/255 for images; by default channel for images, "
           "feature for tables");
  data.add("normalize-targets", "KIND", kNoDefault,
           "standardise each column of numeric targets by mean and standard deviation (standard) or median and 1.4826 "
           "median absolute deviations (robust) of the training set, or not at all (none); losses are those of the "
           "standardised targets, rmse is in the targets' own units; by default standard, with the criterion "
           "tukey-biweight robust, with sigmoid-cross-entropy none");

  OptionGroup network("Network");
  add_network_options(
      network, {.layers_text = "layer sizes from inputs to outputs, such as 784-512-10, or the name of a network of "
                               "the paper; by default, for classification only, 784-512-256-128-64-32-16-10 for "
                               "fashion-mnist and the paper's network for cifar-10; else required:",
                .criterion = kNoDefault,
                .criterion_text =
                    "; by default cross-entropy, for regression squared-error, for autoencoder sigmoid-cross-entropy"});

  OptionGroup optimizer("Optimizer");
  OptionGroup second_order("Second-order optimizer");
  add_optimizer_options(optimizer, second_order);
  add_schedule_options(optimizer);

  OptionGroup run("Run");
  run.add("batch-size", "N", nullptr,
          with_presets("batch-size",
                       "samples in a batch (N >= 1); samples left over at the end of an epoch are skipped. Without "
                       "this option, a training set of fewer than ten batches is divided into equal batches that are "
                       "no larger, and levenberg-marquardt uses all samples"));
  run.add("epochs", "N", "10", "passes over the training set (N >= 1)");
  run.add("patience", "N", kNoDefault,
          "(with a validation set) stop after N epochs in a row without a new best (N >= 1)");
  run.add("best-by", "MEASURE", kNoDefault,
          "(with a validation set) validation measure that decides the best epoch: loss, accuracy (classification) or "
          "rmse (other tasks); by default accuracy or rmse");
  run.add("target-loss", "X", kNoDefault, "stop after the first epoch whose train loss is at most X (X >= 0)");
  run.add("seed", "N", "1", "seed of the initial weights and the order of samples (N >= 0)");
  run.add("precision", "NAME", kNoDefault,
          "float or double, for all computations and files; by default double for levenberg-marquardt, else float");
  run.add("threads", "N", kNoDefault, "processor threads (N >= 1); results depend on their number; by default all");
  run.add("output", "DIR", kNoDefault, "folder for results, created if missing; required, unless --resume is given");
  run.add("resume", "DIR", kNoDefault,
          "continue the run in the folder DIR, with the options it was given; of these, --epochs may change with a "
          "constant learning rate. --output writes to another folder and leaves DIR as it is");
  run.add(
      "find-settings", "MINUTES", kNoDefault,
      listed("instead of training, spend this time on trials with your data and network, and write the best settings "
             "to settings.cfg in --output, for --config. Searches those of these options that you leave out:",
             search_axes(), [](const SearchAxis& axis) { return axis.option; }));
  run.add("config", "FILE", kNoDefault,
          "file with more options, as lines 'option = value'; the command line takes precedence");

  return option_table({&data, &network, &optimizer, &second_order, &run});
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
