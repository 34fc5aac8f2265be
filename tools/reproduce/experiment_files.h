#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/reproduce/search.h"

/// What an experiment's folder says of the experiment as a whole, for the report and for who reads it. A later call
/// with other methods or seeds adds to what is there.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What the experiment.json at `path` begins with: name, machine, the date of this call, and the commands, with those
/// of an earlier file. After set_threads(). Throws Error where that is no such file.
nlohmann::json describe_experiment(const std::filesystem::path& path, std::string_view name,
                                   const std::string& command);

/// experiment.json: `description` with the "methods", in the order of `all_methods`, and their seeds, "runs", beside
/// those that an earlier file names. Throws Error where that is no such description, UsageError where it is of another
/// network, criterion or data.
void write_experiment_file(const std::filesystem::path& path, nlohmann::json description,
                           std::span<const std::string> methods, std::span<const int> seeds,
                           std::span<const std::string> all_methods);

/// search.json, with the trials of other methods that are there.
void write_search_file(const std::filesystem::path& path, const std::string& method, const SearchPlan& plan,
                       const std::vector<Trial>& trials);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
