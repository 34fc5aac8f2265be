#include "tools/train/run_folder.h"

#include <array>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kMetrics = "metrics.csv";
constexpr std::string_view kModel = "model.safetensors";
constexpr std::string_view kCheckpoint = "checkpoint.safetensors";

}  // namespace

std::string RunState::header(Task task) {
  return fmt::format("epoch,step,seconds,train_loss,train_{0},test_loss,test_{0}\n", Score::measure_name(task));
}

void RunState::add_row(const Score& train, const Score& test) {
  metrics += fmt::format("{},{},{:.3f},{:.9g},{:.9g},{:.9g},{:.9g}\n", epoch, step, seconds, train.loss,
                         train.measure(task), test.loss, test.measure(task));
}

std::optional<double> RunState::train_loss() const {
  if (epoch == 0) return {};
  const std::string_view text = metrics;
  std::string_view row = text.substr(text.rfind('\n', text.size() - 2) + 1);
  for (int field = 0; field < 3; ++field) row.remove_prefix(row.find(',') + 1);
  double loss = 0;
  std::from_chars(row.data(), row.data() + row.size(), loss);
  return loss;
}

void RunFolder::create() const {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error || !std::filesystem::is_directory(path_)) {
    throw Error(fmt::format("--output {}: cannot be made: {}", path_.string(),
                            error ? error.message() : "something else has that name"));
  }
}

void RunFolder::create_new() const {
  for (const std::string_view name : std::array{kCheckpoint, kModel, kMetrics}) {
    if (std::filesystem::exists(path_ / name)) {
      throw UsageError(
          fmt::format("--output {0}: already holds a run ({1}), expected a new folder, or --resume {0} to "
                      "continue that run",
                      path_.string(), name));
    }
  }
  create();
}

void RunFolder::save_checkpoint(const RunState& state, const Settings& settings, const Model& model,
                                Optimizer& optimizer) const {
  const nlohmann::json progress{{"epoch", state.epoch}, {"step", state.step}, {"seconds", state.seconds}};
  curvegraph::save_checkpoint(path_ / kCheckpoint, settings,
                              {{"progress", progress.dump()}, {"metrics", state.metrics}}, model, optimizer);
}

void RunFolder::save_results(const RunState& state, const Model& model, const Normalization& normalization,
                             const ModelMetadata& metadata, const Normalization& targets) const {
  save_model(path_ / kModel, model, normalization, metadata, targets);
  replace_file(path_ / kMetrics, state.metrics);
}

RunState RunFolder::load_checkpoint(const Settings& settings, Model& model, Optimizer& optimizer) const {
  const std::filesystem::path path = path_ / kCheckpoint;
  if (!std::filesystem::exists(path)) {
    throw Error(fmt::format("--resume {}: holds no {}, expected the output folder of an earlier run", path_.string(),
                            kCheckpoint));
  }
  const CheckpointFile file(path);
  RunState state;
  require_same_settings(path.string(), file.settings(), settings);
  try {
    const auto progress = nlohmann::json::parse(file.text("progress"));
    progress.at("epoch").get_to(state.epoch);
    progress.at("step").get_to(state.step);
    progress.at("seconds").get_to(state.seconds);
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a checkpoint of this program: {}", path.string(), error.what()));
  }
  state.metrics = file.text("metrics");
  file.restore(model, optimizer);
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
