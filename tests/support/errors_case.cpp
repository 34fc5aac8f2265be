#include "tests/support/errors_case.h"

#include <sstream>

#include "framework/error.h"
#include "framework/random.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Dataset small_images() {
  Dataset data{.name = "small images train", .features = 12, .channels = 3, .classes = 3};
  Random random(1, Random::Stream::Test);
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t label = random.below(3);
    data.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::uint64_t j = 0; j < 12; ++j) {
      data.values.push_back(static_cast<std::uint8_t>(random.below(128) + (j / 4 == label ? 100 : 0)));
    }
  }
  return data;
}

HessianErrorsOptions small_case(const Dataset& data, const std::filesystem::path& folder) {
  HessianErrorsOptions options;
  options.train = &data;
  options.data = "small images";
  options.layers = {12, 7, 5, 3};
  options.activation = &sigmoid;
  options.criterion = &softmax_cross_entropy;
  options.batch_size = 8;
  options.updates = 13;
  options.every = 3;
  options.folder = folder;
  return options;
}

ErrorTable error_table(const std::string& csv) {
  ErrorTable table;
  std::istringstream stream(csv);
  std::string line;
  std::getline(stream, line);
  if (line != "update,curvature,layer,error") throw Error("errors.csv begins with " + line);
  while (std::getline(stream, line)) {
    std::istringstream fields(line);
    int update = 0;
    char comma = 0;
    std::string curvature;
    std::size_t layer = 0;
    double error = 0;
    fields >> update >> comma;
    std::getline(fields, curvature, ',');
    fields >> layer >> comma >> error;
    std::vector<double>& errors = table[{update, curvature}];
    errors.push_back(error);
    if (!fields || errors.size() != layer) throw Error("errors.csv has the line " + line);
  }
  return table;
}

std::string refusal(const HessianErrorsOptions& options) {
  try {
    measure_hessian_errors(options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
