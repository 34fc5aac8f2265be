#include "tools/train/option_table.h"

#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/command_line/network_options.h"
#include "tools/command_line/optimizer_options.h"
#include "tools/command_line/presets.h"
#include "tools/train/candidates.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {}  // namespace

std::string_view train_synopsis() {
  return "train --output DIR [option ...]\n"
         "\n"
         "Trains a fully connected network, by a second-order method unless told otherwise. After every epoch DIR "
         "holds\n"
         "  metrics.csv             losses and accuracies (or rmse) over the whole sets, seconds of training without "
         "evaluation\n"
         "  model.safetensors       weights and biases, as PyTorch's nn.Linear has them\n"
         "  best.safetensors        with validation: the network after the best epoch\n"
         "  checkpoint.safetensors  what --resume DIR continues from\n"
         "Exit status: 0 trained, 1 failed, 2 wrong usage, 3 stopped because the numbers went out of bounds.\n";
}

boost::program_options::options_description train_option_table() {
  OptionGroup data("Data");
  add_dataset_options(data, "what to train on");
  data.add(
      "validation", "SHARE", kNoDefault,
      "hold that share of the training set out and validate with it after each epoch, above 0 and below 1; drawn by "
      "--seed, of each class alike. Data with a validation set of its own needs no such option");
  data.add("task", "NAME", kNoDefault,
           "what the targets are, by default classification for images and integer targets, else regression:\n"
           "classification: classes from 0\n"
           "regression: numbers; of tables\n"
           "autoencoder: the inputs before their normalisation, of images byte/255");
  data.add("normalize", "KIND", kNoDefault,
           "inputs are (byte/255 - mean) / scale, or of tables (number - mean) / scale, by mean and deviation of the "
           "training set over each feature (pixel) or each channel, or none; by default channel for images and feature "
           "for tables");
  data.add("normalize-targets", "KIND", kNoDefault,
           "targets that are numbers are standardised too, each column on its own: standard, by mean and deviation of "
           "the training set, robust, by median and 1.4826 median absolute deviations, or none; by default standard, "
           "with the criterion tukey-biweight robust, with sigmoid-cross-entropy none. Losses are those of the "
           "standardised targets, rmse is in the targets' own units");

  OptionGroup network("Network");
  add_network_options(
      network,
      {.layers_text = "from inputs to outputs, such as 784-512-10, or a network of the paper by name; by default "
                      "784-512-256-128-64-32-16-10 for fashion-mnist and the paper's for cifar-10, to classify them, "
                      "else required:",
       .criterion = kNoDefault,
       .criterion_text = ". By default cross-entropy, for regression squared-error, for autoencoder "
                         "sigmoid-cross-entropy"});

  OptionGroup optimizer("Optimizer");
  OptionGroup second_order("Second-order optimizer");
  add_optimizer_options(optimizer, second_order);
  add_schedule_options(optimizer);

  OptionGroup run("Run");
  run.add(
      "batch-size", "N", nullptr,
      with_presets("batch-size",
                   "samples a step, from 1; those left over at the end of an epoch sit out the rest. A training set of "
                   "fewer than ten such batches is divided into equal ones that are at most as large. For "
                   "levenberg-marquardt all samples"));
  run.add("epochs", "N", "10", "times through the training set, from 1");
  run.add("patience", "N", kNoDefault, "with a validation set: end after N epochs in a row without a new best, from 1");
  run.add("best-by", "MEASURE", kNoDefault,
          "with a validation set: what makes an epoch the best, loss, accuracy (of classification) or rmse (of other "
          "tasks) of that set; by default accuracy or rmse");
  run.add("target-loss", "X", kNoDefault, "end after the first epoch whose train loss is at most X, from 0");
  run.add("seed", "N", "1", "of the initial weights and the order of samples, from 0");
  run.add("precision", "NAME", kNoDefault,
          "float or double, of all numbers and files; by default double for levenberg-marquardt, else float");
  run.add("threads", "N", kNoDefault, "processor threads, from 1; by default all. Results depend on the number");
  run.add("output", "DIR", kNoDefault, "where results go, made when missing; required");
  run.add("resume", "DIR", kNoDefault,
          "continue the run that has its output there, with its settings (--epochs may differ with a constant "
          "learning rate); --output may be the same folder");
  run.add(
      "find-settings", "MINUTES", kNoDefault,
      listed("do not train but spend that time on trials with the data and network given, and write what is best to "
             "settings.cfg in --output, for --config. It searches those of these options that are not given:",
             search_axes(), [](const SearchAxis& axis) { return axis.option; }));
  run.add("config", "FILE", kNoDefault, "more options as lines 'option = value'; the command line comes first");

  return option_table({&data, &network, &optimizer, &second_order, &run});
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
