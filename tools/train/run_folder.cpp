#include "tools/train/run_folder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>
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

void RunFolder::lock() {
  try {
    lock_ = std::make_unique<FolderLock>(path_);
  } catch (const Error& error) {
    throw Error(fmt::format("--output {}", error.what()));
  }
}

void RunFolder::create_new() {
  lock();
  for (const std::string_view name : std::array{kCheckpoint, kModel, kMetrics, kBest}) {
    if (std::filesystem::exists(path_ / name)) {
      throw UsageError(
          fmt::format("--output {0}: already holds a run ({1}), expected a new folder, or --resume {0} to "
                      "continue that run",
                      path_.string(), name));
    }
  }
}

void RunFolder::create_to_resume(const std::filesystem::path& from) {
  std::error_code ignored;
  if (std::filesystem::equivalent(from, path_, ignored)) return lock();
  create_new();
}

void RunFolder::save_checkpoint(const RunState& state, const Settings& settings, const Model& model,
                                Optimizer& optimizer) const {
  const nlohmann::json progress{{"epoch", state.epoch},
                                {"epoch_steps", state.epoch_steps},
                                {"step", state.step},
                                {"seconds", state.seconds},
                                {"start_loss", state.start_loss}};
  const std::string given = nlohmann::json(state.given).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  curvegraph::save_checkpoint(path_ / kCheckpoint, settings,
                              {{"progress", progress.dump()}, {"metrics", state.metrics}, {"given", given}}, model,
                              optimizer);
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

namespace {

std::filesystem::path checkpoint_of(const std::filesystem::path& folder) {
  std::filesystem::path path = folder / kCheckpoint;
  if (std::filesystem::exists(path)) return path;
  throw Error(fmt::format("--resume {}: holds no {}, expected the output folder of an earlier run", folder.string(),
                          kCheckpoint));
}

Settings given_in(const CheckpointFile& file) {
  const std::string* const text = file.find_text("given");
  return text == nullptr ? Settings{} : nlohmann::json::parse(*text).get<Settings>();
}

/// Options that a later call may change.
const std::set<std::string> kFree{"epochs", "patience", "skip-broken", "target-loss"};

/// Throws UsageError for the first option that this call gives another value than the run had, where settings differ.
void require_same_options(const std::string& folder, const Settings& was, const Settings& now, const Settings& stored,
                          const Settings& settings) {
  const auto value_in = [](const Settings& all, const std::string& name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string() : found->second;
  };
  if (stored == settings || was.empty()) return;
  // An option such as --preset changes several settings and is none itself.
  for (const bool is_setting : {true, false}) {
    for (const auto& [option, value] : now) {
      const bool named = stored.contains(option) || settings.contains(option);
      const bool differs = named ? value_in(stored, option) != value_in(settings, option)
                                 : value_in(was, option) != value && !kFree.contains(option);
      // Another option may be the reason that the data differs: require_same_settings() compares it last.
      if (named != is_setting || !differs || option == "data") continue;
      const std::string before = value_in(named ? stored : was, option);
      throw UsageError(fmt::format("--{} {}: the run in {} has {}; leave the option out to continue that run", option,
                                   value, folder, before.empty() ? "the default" : before));
    }
  }
}

}  // namespace

void require_run(const std::filesystem::path& folder) { (void)checkpoint_of(folder); }

Settings given_to_run(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kCheckpoint;
  if (!std::filesystem::exists(path)) return {};
  try {
    return given_in(CheckpointFile(path));
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a checkpoint of this program: {}", path.string(), error.what()));
  }
}

RunState RunFolder::load_checkpoint(const Settings& settings, const Settings& given, Model& model,
                                    Optimizer& optimizer) const {
  const std::filesystem::path path = checkpoint_of(path_);
  const CheckpointFile file(path);
  RunState state;
  require_same_options(path_.string(), given_to_run(path_), given, file.settings(), settings);
  require_same_settings(path.string(), file.settings(), settings);
  try {
    const auto progress = nlohmann::json::parse(file.text("progress"));
    progress.at("epoch").get_to(state.epoch);
    state.epoch_steps = progress.value("epoch_steps", 0);
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
