#pragma once

#include <string>
#include <vector>

#include "framework/io/safetensors_stream.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The tensors of a fully connected layer z = weight h + bias.
struct LayerTensors {
  std::string weight;  ///< name of a tensor [outputs, inputs]
  std::string bias;    ///< name of a tensor, expected as [outputs]; empty if the file has none: the bias is then 0
  int inputs = 0;
  int outputs = 0;
};

/// The layers of the network in a file, from the first to the last. models/model_file.h has the rules. Throws Error,
/// naming the tensors, if the file has no layer, a layer that is not fully connected, a bias without a weight, or
/// layers that do not follow one another.
std::vector<LayerTensors> find_layers(const SafetensorsFile& file);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
