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

/// What each experiment.json begins with: name, command, date and machine. After set_threads().
nlohmann::json describe_experiment(std::string_view name, std::string_view command);

/// experiment.json, with the methods and seeds that an earlier one names put beside those of `description`; methods in
/// the order of `all_methods`. Throws Error where the earlier file is no such description, UsageError where it is of
/// another network, criterion or data.
void write_experiment_file(const std::filesystem::path& path, nlohmann::json description,
                           std::span<const std::string> all_methods);

/// search.json, with the trials of other methods that are there.
void write_search_file(const std::filesystem::path& path, const std::string& method, const SearchPlan& plan,
                       const std::vector<Trial>& trials);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
