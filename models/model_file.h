#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/data/normalization.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A trained model as a safetensors file: of layer N = 0, 1, ... in order of construction `layers.N.weight` [out, in]
/// row-major and `layers.N.bias` [out], `input.mean` and `input.scale` [features] of x = (v - mean) / scale with
/// v = byte/255 or the number itself, all float32. Where targets were standardised also `target.mean` and
/// `target.scale` [outputs] of prediction = output * scale + mean. What a stack of PyTorch's nn.Linear takes as its
/// state.
using ModelMetadata = std::map<std::string, std::string>;

/// Written whole or not at all (Error), a few MiB at a time, as load_model() reads.
void save_model(const std::filesystem::path& path, const Model& model, const Normalization& normalization,
                const ModelMetadata& metadata, const Normalization& targets = {});

/// A list of names as metadata has it, a JSON array, and back (UsageError). Bytes that are not UTF-8 are replaced.
std::string text_of_names(const std::vector<std::string>& names);
std::vector<std::string> names_from_text(const std::string& text);

/// What a model file says of the network that it holds the parameters of.
struct ModelDescription {
  std::vector<int> layers;  ///< {n₀, ..., nₖ}, from the shapes of the weights
  ModelMetadata metadata;   ///< empty unless whoever wrote the file put some in
};

/// Throws Error when the file has no layers, or their shapes do not follow one another.
ModelDescription describe_model(const std::filesystem::path& path);

struct LoadedModel {
  Normalization normalization;
  ModelMetadata metadata;
  Normalization targets;  ///< empty where the file has none: outputs are predictions
};

/// Fills the parameters of a model of the same layers. Throws Error naming the tensor that is missing or whose shape or
/// type does not fit; the model is then as it was. Where the disk fails later than that, some of the parameters are the
/// file's.
LoadedModel load_model(const std::filesystem::path& path, Model& model);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
