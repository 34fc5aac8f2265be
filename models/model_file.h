#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/data/normalization.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A trained model is a safetensors file. save_model() writes numbers of the precision in use. Layer N = 0, 1, ... in
/// order of construction has `layers.N.weight` [out, in], row-major, and `layers.N.bias` [out]; a stack of PyTorch's
/// nn.Linear takes these as its state. `input.mean` and `input.scale` [features] belong to x = (v - mean) / scale,
/// where v is byte/255 or the number itself. If targets were standardised, `target.mean` and `target.scale` [outputs]
/// belong to prediction = output * scale + mean.
///
/// Files of other programs are read by these rules:
/// - Every tensor `NAME.weight`, or `weight`, is a layer. It has two dimensions, [out, in]. One of any other shape is
///   an error, because a layer that is not fully connected, such as a convolution, a normalisation or a parametric
///   activation, cannot be left out.
/// - Beside it `NAME.bias` [out] may be missing; the bias is then 0. A `NAME.bias` without `NAME.weight` is an error.
/// - Each layer takes as many inputs as the layer before has outputs. Layers are in the natural order of their names,
///   where "net.2" comes before "net.10". If they do not follow one another so, they are in the only order in which
///   they do; it is an error if there is none, or more than one.
/// - Tensors are F16, BF16, F32 or F64. Without `input.mean` and `input.scale`, x = v.
/// - All other tensors, and unknown metadata, have no effect.
using ModelMetadata = std::map<std::string, std::string>;

/// Writes the file whole or not at all (Error), a few MiB at a time. load_model() reads likewise.
void save_model(const std::filesystem::path& path, const Model& model, const Normalization& normalization,
                const ModelMetadata& metadata, const Normalization& targets = {});

/// Convert a list of names to metadata, a JSON array, and back (UsageError). Bytes that are not UTF-8 are replaced.
std::string text_of_names(const std::vector<std::string>& names);
std::vector<std::string> names_from_text(const std::string& text);

/// What a model file says about its network.
struct ModelDescription {
  std::vector<int> layers = {};           ///< {n₀, ..., nₖ}, from the shapes of the weights
  ModelMetadata metadata = {};            ///< empty if the file has none
  std::vector<std::string> weights = {};  ///< the names of the tensors of the k weights
  std::vector<std::string> unused = {};   ///< the names of the tensors without effect
};

/// Throws Error naming the tensors if the file has no layers, or if its tensors break the rules above.
ModelDescription describe_model(const std::filesystem::path& path);

struct LoadedModel {
  Normalization normalization;  ///< empty if the file has none; then x = v
  ModelMetadata metadata;
  Normalization targets;  ///< empty if the file has none; the outputs are then the predictions
};

/// Fills the parameters of a model with the same layers. Throws Error naming the tensor that is missing, whose shape or
/// type does not fit, or that has a number that is not finite; the model is then unchanged. If the disk fails after
/// these checks, some parameters have already been replaced.
LoadedModel load_model(const std::filesystem::path& path, Model& model);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
