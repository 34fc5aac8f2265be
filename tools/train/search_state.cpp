#include "tools/train/search_state.h"

#include <limits>
#include <string>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

// JSON stores a number that is not finite as null.
double loss_of(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::infinity() : value.get<double>();
}

json to_json(const Trial& trial) {
  return {{"number", trial.number}, {"settings", trial.settings}, {"seconds", trial.seconds}, {"steps", trial.steps},
          {"epochs", trial.epochs}, {"losses", trial.losses},     {"message", trial.message}};
}

Trial trial_of(const json& value) {
  Trial trial{.number = value.at("number"),
              .settings = value.at("settings"),
              .seconds = value.at("seconds"),
              .steps = value.at("steps"),
              .epochs = value.at("epochs"),
              .message = value.at("message")};
  for (const json& loss : value.at("losses")) trial.losses.push_back(loss_of(loss));
  return trial;
}

json to_json(const Rung& rung) {
  return {{"number", rung.number},
          {"rungs", rung.rungs},
          {"trials", rung.trials},
          {"kept", rung.kept},
          {"seconds", rung.seconds}};
}

Rung rung_of(const json& value) {
  return {.number = value.at("number"),
          .rungs = value.at("rungs"),
          .trials = value.at("trials"),
          .kept = value.at("kept"),
          .seconds = value.at("seconds")};
}

}  // namespace

void save_search(const std::filesystem::path& path, const Settings& settings, const Halving& state) {
  json content{{"settings", settings},       {"usable", state.usable},      {"spent", state.spent},
               {"overhead", state.overhead}, {"rung", to_json(state.rung)}, {"done", state.done},
               {"start", state.start},       {"training", state.training},  {"between", state.between},
               {"trials", json::array()}};
  for (const Trial& trial : state.trials) content["trials"].push_back(to_json(trial));
  replace_file(path, content.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::optional<Halving> load_search(const std::filesystem::path& path, const Settings& settings) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const std::vector<std::byte> bytes = read_file(path);
  try {
    const json content = json::parse(reinterpret_cast<const char*>(bytes.data()),
                                     reinterpret_cast<const char*>(bytes.data()) + bytes.size());
    require_same_settings(path.string(), content.at("settings").get<Settings>(), settings);
    Halving state{.trials = {},
                  .usable = content.at("usable"),
                  .spent = content.at("spent"),
                  .overhead = content.at("overhead"),
                  .rung = rung_of(content.at("rung")),
                  .done = content.at("done"),
                  .start = content.at("start"),
                  .training = content.at("training"),
                  .between = content.at("between")};
    for (const json& trial : content.at("trials")) state.trials.push_back(trial_of(trial));
    return state;
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: not the state of a search: {}", path.string(), error.what()));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
