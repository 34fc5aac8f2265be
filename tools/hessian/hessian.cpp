#include "tools/hessian/hessian.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/core.h>

#include "framework/data/batch_loader.h"
#include "framework/device.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/io/atomic_file.h"
#include "framework/random.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/command_line/status_line.h"
#include "tools/hessian/files.h"
#include "tools/hessian/full.h"
#include "tools/hessian/table.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The first samples of an order that is drawn with the seed.
std::vector<int> draw_samples(const HessianOptions& options, const Dataset& data) {
  if (options.batch_size > data.size()) {
    throw UsageError(fmt::format("--batch-size {}: more than the {} samples of {}, expected at most that many",
                                 options.batch_size, data.size(), data.name));
  }
  std::vector<int> order(to_index(data.size()));
  std::iota(order.begin(), order.end(), 0);
  Random(options.seed, Random::Stream::Batch).shuffle(order);
  order.resize(to_index(options.batch_size));
  return order;
}

void print_summary(const HessianOptions& options, const Dataset& data, const TrainedNetwork& network) {
  fmt::print("{} of {} samples of {}, seed {}; network {}, {}, {}; in {}, {} threads\n", options.batch_size,
             data.size(), data.name, options.seed, format_layers(network.layers), network.activation->name,
             network.criterion->name, real_name, threads());
  for (const std::string& remark : network.remarks) fmt::print("{}\n", remark);
  std::fflush(stdout);
}

int run(const HessianOptions& options) {
  set_threads(options.threads);
  require_device();
  require_writable(options);
  DatasetOptions data_options = options.data_options;
  data_options.task = trained_task(options.model);
  const Dataset data = load_dataset(dataset_format(options.dataset), options.data, data_options).train;
  const TrainedNetwork network = load_network(options, data);
  if (options.full) require_small(network);
  const std::vector<int> samples = draw_samples(options, data);
  print_summary(options, data, network);

  StatusLine status;
  BatchLoader loader(data, network.normalization, network.targets);
  const NetworkBlocks blocks = compute_blocks(network, loader, samples, options.seed, status);
  const Report report = make_report(blocks, status);
  std::vector<FullMatrix> full;
  if (options.full) full = compute_full(network, loader, samples, status);
  std::vector<std::int64_t> labels;
  if (data.task == Task::Classification) {
    for (const int sample : samples) labels.push_back(data.labels[to_index(sample)]);
  }
  Safetensors file = blocks_file(options, network, blocks, labels);
  add_full(full, file);
  write_safetensors(options.output, file);
  if (options.csv) replace_file(*options.csv, format_csv(report));

  status.clear();
  fmt::print("{}{}blocks in {}\n", format_table(report, blocks.left_out), full.empty() ? "" : format_full(full),
             options.output.string());
  return 0;
}

}  // namespace

int hessian(const HessianOptions& options) {
  return run_tool("hessian", [&] { return run(options); });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
