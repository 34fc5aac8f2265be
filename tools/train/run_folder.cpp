#include "tools/train/run_folder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
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
constexpr std::string_view kBest = "best.safetensors";
constexpr std::string_view kCheckpoint = "checkpoint.safetensors";

}  // namespace

std::string RunState::header(Task task, bool validated) {
  const std::string validation =
      validated ? fmt::format(",validation_loss,validation_{}", Score::measure_name(task)) : "";
  return fmt::format("epoch,step,seconds,train_loss,train_{0}{1},test_loss,test_{0}\n", Score::measure_name(task),
                     validation);
}

void RunState::add_row(const EpochScores& scores) {
  metrics += fmt::format("{},{},{:.3f}", epoch, step, seconds);
  const auto add = [&](const Score& score) {
    constexpr int kDigits = std::numeric_limits<real>::max_digits10;
    metrics += fmt::format(",{:.{}g},{:.{}g}", score.loss, kDigits, score.measure(task), kDigits);
  };
  add(scores.train);
  if (scores.validation) add(*scores.validation);
  add(scores.test);
  metrics += '\n';
}

std::vector<double> RunState::column(std::string_view name) const {
  const auto fields_of = [](std::string_view line) {
    std::vector<std::string_view> fields;
    for (std::size_t end = 0; end != std::string_view::npos; line.remove_prefix(std::min(end + 1, line.size()))) {
      end = line.find(',');
      fields.push_back(line.substr(0, end));
    }
    return fields;
  };
  std::vector<double> values;
  std::size_t index = 0;
  bool first = true;
  for (std::string_view text = metrics; !text.empty();) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::vector<std::string_view> fields = fields_of(line);
    if (first) {
      index = static_cast<std::size_t>(std::ranges::find(fields, name) - fields.begin());
      first = false;
    } else if (index < fields.size()) {
      double& value = values.emplace_back();
      std::from_chars(fields[index].data(), fields[index].data() + fields[index].size(), value);
    }
  }
  return values;
}

void RunFolder::create() const {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error || !std::filesystem::is_directory(path_)) {
    throw Error(fmt::format("--output {}: cannot be created: {}", path_.string(),
                            error ? error.message() : "something else has that name"));
  }
}

void RunFolder::create_new() const {
  for (const std::string_view name : std::array{kCheckpoint, kModel, kMetrics, kBest}) {
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
  const nlohmann::json progress{
      {"epoch", state.epoch}, {"step", state.step}, {"seconds", state.seconds}, {"start_loss", state.start_loss}};
  curvegraph::save_checkpoint(path_ / kCheckpoint, settings,
                              {{"progress", progress.dump()}, {"metrics", state.metrics}}, model, optimizer);
}

void RunFolder::save_best(const Network& network, const ModelMetadata& metadata) const {
  network.save(path_ / kBest, metadata);
}

void RunFolder::copy_best(const std::filesystem::path& from) const {
  std::error_code ignored;
  if (std::filesystem::equivalent(from, path_, ignored)) return;
  replace_file(path_ / kBest, read_file(from / kBest));
}

void RunFolder::save_results(const RunState& state, const Network& network) const {
  network.save(path_ / kModel);
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
    // Checkpoints of older versions do not have it.
    state.start_loss = progress.value("start_loss", std::numeric_limits<double>::max());
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a checkpoint of this program: {}", path.string(), error.what()));
  }
  state.metrics = file.text("metrics");
  file.restore(model, optimizer);
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
