#pragma once

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/real.h"

/// Names of tensors in messages.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The only key of the header whose value is not a tensor.
inline constexpr const char* metadata_key = "__metadata__";

/// Names may hold anything: quotes and escapes keep a message on one line.
inline std::string quoted(const std::string& text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The names of all tensors.
template <class T>
std::string all_names(const std::map<std::string, T>& tensors) {
  std::vector<std::string> known;
  known.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) known.push_back(quoted(name));
  return known.empty() ? "none at all" : fmt::format("{}", fmt::join(known, ", "));
}

/// The tensor of that name. Throws Error naming `source` and the tensors that exist.
template <class T>
const T& find_tensor(const std::map<std::string, T>& tensors, const std::string& source, const std::string& name) {
  const auto found = tensors.find(name);
  if (found != tensors.end()) return found->second;
  throw Error(fmt::format("{}: has no tensor {}, only {}", source, quoted(name), all_names(tensors)));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
