#include "tools/reproduce/report/race_targets.h"

#include <nlohmann/json.hpp>

#include "framework/io/atomic_file.h"
#include "tools/reproduce/files.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

RaceTargets read_targets(const std::filesystem::path& path) {
  RaceTargets targets;
  if (!std::filesystem::exists(path)) return targets;
  read_json(path, [&](const nlohmann::json& file) {
    for (const auto& [task, entry] : file.items()) {
      targets[task] = {.plateau = entry.at("plateau"),
                       .best = entry.at("target"),
                       .epochs = entry.at("epochs"),
                       .learning_rate = entry.at("learning_rate")};
    }
    return 0;
  });
  return targets;
}

void write_targets(const std::filesystem::path& path, const RaceTargets& targets) {
  nlohmann::json file = nlohmann::json::object();
  for (const auto& [task, target] : targets) {
    file[task] = {{"plateau", target.plateau},
                  {"target", target.full()},
                  {"eighty_percent", target.partial()},
                  {"epochs", target.epochs},
                  {"learning_rate", target.learning_rate}};
  }
  replace_file(path, file.dump(2) + "\n");
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
