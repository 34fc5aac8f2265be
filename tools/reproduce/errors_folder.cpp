#include "tools/reproduce/errors_folder.h"

#include <algorithm>
#include <system_error>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "framework/threads.h"
#include "models/mlp.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kErrors = "errors.csv";
constexpr const char* kLosses = "loss.csv";
constexpr const char* kCase = "case.json";
constexpr const char* kCheckpoint = "checkpoint.safetensors";

/// What decides the bits of a case, but for how long it is.
Settings case_settings(const HessianErrorsOptions& options) {
  Settings settings = options.optimizer.optimizer_settings();
  settings.insert({{"layers", format_layers(options.layers)},
                   {"activation", std::string(options.activation->name)},
                   {"criterion", std::string(options.criterion->name)},
                   {"normalize", std::string(name(options.normalize))},
                   {"batch-size", fmt::format("{}", options.batch_size)},
                   {"every", fmt::format("{}", options.every)},
                   {"seed", fmt::format("{}", options.seed)},
                   {"threads", fmt::format("{}", threads())},
                   {"data", fmt::format("{:08x}", options.train->fingerprint())}});
  return settings;
}

}  // namespace

int last_measured(const HessianErrorsOptions& options) { return (options.updates - 1) / options.every * options.every; }

void MeasuredErrors::add(int measured, double loss, const std::vector<CurvatureErrors>& all) {
  update = measured;
  losses += fmt::format("{},{}\n", update, loss);
  for (const CurvatureErrors& each : all) {
    for (std::size_t i = 0; i < each.layers.size(); ++i) {
      errors += fmt::format("{},{},{},{}\n", update, each.curvature->name, i + 1, each.layers[i]);
    }
  }
}

ErrorsFolder::ErrorsFolder(const HessianErrorsOptions& options)
    : options_(&options), settings_(case_settings(options)) {
  const std::filesystem::path& path = options.folder;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path)) {
    throw Error(
        fmt::format("{}: cannot be made: {}", path.string(), error ? error.message() : "something else has that name"));
  }
  if (std::filesystem::exists(path / kCheckpoint)) {
    checkpoint_.emplace(path / kCheckpoint);
  } else if (std::filesystem::exists(path / kErrors)) {
    throw UsageError(fmt::format("{}: holds {} without {} to go on from, expected both or a new folder", path.string(),
                                 kErrors, kCheckpoint));
  }
}

MeasuredErrors ErrorsFolder::load() const {
  MeasuredErrors measured;
  if (!checkpoint_) return measured;
  const std::string source = (options_->folder / kCheckpoint).string();
  require_same_settings(source, checkpoint_->settings(), settings_);
  try {
    nlohmann::json::parse(checkpoint_->text("update")).get_to(measured.update);
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a checkpoint of this program: {}", source, error.what()));
  }
  measured.errors = checkpoint_->text("errors");
  measured.losses = checkpoint_->text("losses");
  return measured;
}

void ErrorsFolder::restore(const Model& model, Optimizer& optimizer) const {
  if (checkpoint_) checkpoint_->restore(model, optimizer);
}

void ErrorsFolder::save(const MeasuredErrors& measured, const Model& model, Optimizer& optimizer) const {
  save_checkpoint(
      options_->folder / kCheckpoint, settings_,
      {{"update", fmt::format("{}", measured.update)}, {"errors", measured.errors}, {"losses", measured.losses}}, model,
      optimizer);
  save_results(measured, {});
}

void ErrorsFolder::save_results(const MeasuredErrors& measured, std::string_view failure) const {
  replace_file(options_->folder / kErrors, measured.errors);
  replace_file(options_->folder / kLosses, measured.losses);
  replace_file(options_->folder / kCase, case_json(measured, failure));
}

std::string ErrorsFolder::case_json(const MeasuredErrors& measured, std::string_view failure) const {
  const bool finished = measured.update >= last_measured(*options_);
  const char* outcome = "unfinished";
  if (!failure.empty()) outcome = "failed";
  if (finished) outcome = "finished";
  const nlohmann::json file{{"network", settings_.at("layers")},
                            {"activation", settings_.at("activation")},
                            {"criterion", settings_.at("criterion")},
                            {"batch_size", options_->batch_size},
                            // An earlier run may have gone further than this one is asked to.
                            {"updates", std::max(options_->updates, measured.update + 1)},
                            {"every", options_->every},
                            {"method", options_->optimizer.optimizer_name()},
                            {"settings", options_->optimizer.optimizer_settings()},
                            {"normalize", settings_.at("normalize")},
                            {"seed", options_->seed},
                            {"data", options_->data},
                            {"lossy_jpeg", options_->lossy_jpeg},
                            {"outcome", outcome},
                            {"message", failure}};
  return file.dump(1) + "\n";
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
