#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/io/safetensors.h"
#include "models/model.h"
#include "tests/support/matrices.h"
#include "tests/support/train_tool.h"

/// What the tests of tools/hessian have in common: a trained network, the program itself, and what it writes.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The program that the environment variable CURVEGRAPH_HESSIAN names, with these options; a flag has no value. Error
/// when it names none.
Command hessian_command(const Options& options);
ProcessResult run_hessian(const Options& options);

/// A network 36-8-6-10 after an epoch on what write_fashion_mnist writes.
class TrainedRun {
 public:
  TrainedRun(const std::string& activation, const std::string& criterion, const std::string& learning_rate = "0.1");

  /// Options of tools/hessian for it: 30 samples, blocks to "blocks" and the table to "csv" of the folder.
  [[nodiscard]] Options options() const;
  /// Runs the program with changes to these options, expects success, and returns what it printed.
  std::string run(const Options& changes = {}) const;
  [[nodiscard]] Safetensors blocks() const { return read_safetensors(dir_.path() / "blocks"); }
  [[nodiscard]] const TempDir& dir() const { return dir_; }
  [[nodiscard]] std::filesystem::path model_file() const { return dir_.path() / "out" / "model.safetensors"; }
  /// With the parameters of its file.
  [[nodiscard]] Model model() const;

 private:
  TempDir dir_;
  std::string activation_;
  std::string criterion_;
};

/// A matrix, or a vector as a column, of either floating point type.
Matrix matrix(const Safetensors& file, const std::string& name);

/// The rows of the CSV by layer ("1", ..., "total") and curvature, without these two columns; an empty field is NaN.
using CsvRows = std::map<std::pair<std::string, std::string>, std::vector<double>>;
CsvRows csv_rows(const std::string& csv);

/// The names that the file has curvatures by: '_' for '-'.
std::string tensor_name(std::string_view curvature, int layer);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
