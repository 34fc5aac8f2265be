#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/data/normalization.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A trained model is a safetensors file of float32 tensors. Layer N = 0, 1, ... in order of construction has
/// `layers.N.weight` [out, in], row-major, and `layers.N.bias` [out]; a stack of PyTorch's nn.Linear takes these as its
/// state. `input.mean` and `input.scale` [features] belong to x = (v - mean) / scale, where v is byte/255 or the number
/// itself. If targets were standardised, `target.mean` and `target.scale` [outputs] belong to
/// prediction = output * scale + mean.
using ModelMetadata = std::map<std::string, std::string>;

/// Writes the file whole or not at all (Error), a few MiB at a time. load_model() reads likewise.
void save_model(const std::filesystem::path& path, const Model& model, const Normalization& normalization,
                const ModelMetadata& metadata, const Normalization& targets = {});

/// Convert a list of names to metadata, a JSON array, and back (UsageError). Bytes that are not UTF-8 are replaced.
std::string text_of_names(const std::vector<std::string>& names);
std::vector<std::string> names_from_text(const std::string& text);

/// What a model file says about its network.
struct ModelDescription {
  std::vector<int> layers;  ///< {n₀, ..., nₖ}, from the shapes of the weights
  ModelMetadata metadata;   ///< empty if the file has none
};

/// Throws Error if the file has no layers, or if the shapes of neighbouring layers do not match.
ModelDescription describe_model(const std::filesystem::path& path);

struct LoadedModel {
  Normalization normalization;
  ModelMetadata metadata;
  Normalization targets;  ///< empty if the file has none; the outputs are then the predictions
};

/// Fills the parameters of a model with the same layers. Throws Error naming the tensor that is missing or whose shape
/// or type does not fit; the model is then unchanged. If the disk fails after these checks, some parameters have
/// already been replaced.
LoadedModel load_model(const std::filesystem::path& path, Model& model);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
