#include "tools/hessian/options.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"
#include "ops/registry.h"
#include "second_order/curvature/curvature.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string synopsis() {
  std::vector<std::string_view> names;
  for (const Curvature* curvature : curvatures()) names.push_back(curvature->name);
  return fmt::format(
      "hessian --model FILE --output FILE [option ...]\n"
      "\n"
      "Computes the curvature of a trained network on one batch, layer by layer: the true mean block Hessian E[H] of\n"
      "each layer's outputs z = W h + b, all approximations of it that the library has, and their errors. For layers\n"
      "t = 1, 2, ..., with n units each, the output file holds\n"
      "  CURVATURE.t [n, n]               blocks of {}; '_' for '-'\n"
      "  input_mean.t                     a = E[h] of the layer's input h\n"
      "  input_second_moment_trace.t [1]  tr A, A = E[h h^T]\n"
      "  inputs [B, features]             the batch as the network saw it, from which you can recompute the blocks\n"
      "  labels [B]                       as int64; for other tasks targets [B, outputs], as the network saw them\n"
      "and with --full, for all P parameters, layer by layer, weights row by row and then biases, which are 0 where\n"
      "the model file has none,\n"
      "  full_hessian [P, P]              of the mean loss, and full_hessian_eigenvalues [P]\n"
      "  full_gauss_newton [P, P]         E[J^T M J], and full_gauss_newton_eigenvalues [P]\n"
      "The exact blocks cost 2 n m (n + m) operations per sample for each layer after the first, with m inputs: for\n"
      "the paper's CIFAR-10 network 1.8e9 per sample, and some minutes for 500 samples on two processors in double.\n"
      "Exit status: 0 done, 1 failed, 2 wrong usage.\n",
      fmt::join(names, ", "));
}

boost::program_options::options_description described_options() {
  OptionGroup model("Model");
  model.add("model", "FILE", kNoDefault,
            "network of tools/train, or the state_dict() of fully connected layers that safetensors.torch.save_file "
            "wrote: NAME.weight [out, in] and NAME.bias, in the natural order of the names, and input.mean and "
            "input.scale if inputs were standardised, in float16, bfloat16, float32 or float64; required");
  model.add("activation", "NAME", kNoDefault,
            fmt::format(
                "activation of the hidden layers: {}; by default from the model file, required if the file names none",
                names(activations())));
  model.add("criterion", "NAME", kNoDefault,
            fmt::format("loss function: {}; by default from the model file, required if the file names none",
                        names(criteria())));

  OptionGroup data("Data");
  add_dataset_options(data, "data set; the batch is drawn from its training set");
  data.add("batch-size", "N", "500", "samples in the batch (N >= 1), drawn without replacement");
  data.add("seed", "N", "1",
           "seed of the batch and of the labels that fisher-sampled draws (N >= 0); a smaller batch with the same seed "
           "is the start of a larger one");

  OptionGroup run("Run");
  run.add_flag("full",
               "also compute the Gauss-Newton matrix and the Hessian of all parameters (at most 10,000), their "
               "eigenvalues, and the share of the layers' blocks in them");
  run.add("precision", "NAME", "double", "float or double, for computation and the output file");
  run.add("threads", "N", kNoDefault, "processor threads (N >= 1); results depend on their number; by default all");
  run.add("output", "FILE", kNoDefault, "safetensors file to write; replaces an earlier one of this program; required");
  run.add("csv", "FILE", kNoDefault, "also write the printed table to FILE, with all digits");
  return option_table({&model, &data, &run});
}

std::optional<std::string> known_name(const ArgumentValues& values, const char* option,
                                      const Op& (*look_up)(std::string_view)) {
  if (!values.given(option)) return std::nullopt;
  return std::string(values.named(option, [&](const auto& name) { return look_up(name).name; }));
}

}  // namespace

std::optional<HessianOptions> parse_hessian_options(int argc, const char* const* argv) {
  const auto described = described_options();
  const auto map = read_arguments(argc, argv, described);
  if (prints_only(map, synopsis(), described)) return std::nullopt;
  const ArgumentValues values(map);
  HessianOptions options;
  options.model = values.required("model", "the network's file");
  options.activation = known_name(values, "activation", activation);
  options.criterion = known_name(values, "criterion", criterion);
  const DatasetFormat& dataset = dataset_option(values);
  options.dataset = dataset.name;
  options.data = data_option(values, dataset);
  options.data_options = dataset_options(values, dataset);
  options.full = values.flag("full");
  options.batch_size = values.count("batch-size");
  options.seed = values.seed();
  options.in_double = values.in_double();
  if (options.full && !options.in_double) {
    throw UsageError("--full: found --precision float, expected double, for differences of gradients");
  }
  options.threads = values.threads();
  options.output = values.required("output", "the file to write blocks to");
  if (values.given("csv")) options.csv = values.text("csv");
  if (options.csv &&
      std::filesystem::weakly_canonical(*options.csv) == std::filesystem::weakly_canonical(options.output)) {
    throw UsageError(
        fmt::format("--csv {}: is also the file of --output, expected another file", options.csv->string()));
  }
  return options;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
