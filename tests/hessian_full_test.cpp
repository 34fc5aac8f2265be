#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/index.h"
#include "framework/plan.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "ops/ops.h"
#include "tests/support/hessian_tool.h"
#include "tests/support/matrices.h"
#include "tests/support/npy.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;

/// A network at the batch that a file of the tool holds.
class AtBatch {
 public:
  AtBatch(Model& model, const Safetensors& file)
      : model_(&model),
        plan_(*model.graph, model.loss, static_cast<int>(file.at("inputs").shape[0]),
              Plan::Buffers::ValuesAndGradients) {
    copy_to_device(transposed(matrix(file, "inputs")).values, plan_.input(model.input));
    if (file.tensors.contains("targets")) {
      copy_to_device(transposed(matrix(file, "targets")).values, plan_.input(model.target));
    } else {
      const auto labels = file.at("labels").as<std::int64_t>();
      Matrix target(plan_.input(model.target).rows, static_cast<int>(labels.size()));
      for (int i = 0; i < target.cols; ++i) target(static_cast<int>(labels[to_index(i)]), i) = 1;
      copy_to_device(target.values, plan_.input(model.target));
    }
    for (const Tensor& parameter : model.graph->parameters()) origin_.push_back(from_view(parameter));
  }

  [[nodiscard]] std::size_t size() const {
    std::size_t size = 0;
    for (const Matrix& parameter : origin_) size += parameter.values.size();
    return size;
  }

  /// Forward pass at θ + s d, d in the order of the model file: weights row by row, then their bias.
  void move(const std::vector<double>& d, double s) {
    std::size_t next = 0;
    for (std::size_t p = 0; p < origin_.size(); ++p) {
      Matrix moved = origin_[p];
      for (int row = 0; row < moved.rows; ++row) {
        for (int col = 0; col < moved.cols; ++col) moved(row, col) += s * d[next++];
      }
      copy_to_device(moved.values, model_->graph->parameters()[p].view());
    }
    plan_.forward();
  }

  double loss(const std::vector<double>& d, double s) {
    move(d, s);
    return plan_.mean_loss();
  }

  Matrix outputs(const std::vector<double>& d, double s) {
    move(d, s);
    return from_view(plan_.value(model_->output));
  }

 private:
  Model* model_;
  Plan plan_;
  std::vector<Matrix> origin_;
};

/// f''(0) by differences with an error of order h⁴.
template <class F>
double second_derivative(const F& f, double h) {
  return (16 * (f(h) + f(-h)) - (f(2 * h) + f(-2 * h)) - 30 * f(0)) / (12 * h * h);
}

double quadratic_form(const Matrix& a, const std::vector<double>& d) {
  double sum = 0;
  for (int i = 0; i < a.rows; ++i) {
    for (int j = 0; j < a.cols; ++j) sum += d[to_index(i)] * a(i, j) * d[to_index(j)];
  }
  return sum;
}

std::vector<double> direction(std::size_t size, std::uint64_t seed) {
  Random random(seed, Random::Stream::Test);
  std::vector<double> d(size);
  for (double& entry : d) entry = random.uniform(-1, 1) / std::sqrt(static_cast<double>(size));
  return d;
}

/// (J d)ᵀ M (J d), the mean over the batch, by differences of the outputs; M of the criterion by formula.
double gauss_newton_form(AtBatch& at, const std::vector<double>& d, bool softmax) {
  const double h = 1e-3;
  const Matrix far = at.outputs(d, 2 * h);
  const Matrix near = at.outputs(d, h);
  const Matrix before = at.outputs(d, -h);
  const Matrix farther = at.outputs(d, -2 * h);
  const Matrix y = at.outputs(d, 0);
  double form = 0;
  for (int sample = 0; sample < y.cols; ++sample) {
    double square = 0;
    double mean = 0;
    double total = 0;
    for (int i = 0; i < y.rows; ++i) {
      const double slope =
          (8 * (near(i, sample) - before(i, sample)) - (far(i, sample) - farther(i, sample))) / (12 * h);
      const double weight = softmax ? std::exp(y(i, sample)) : 1;
      square += weight * slope * slope;
      mean += weight * slope;
      total += weight;
    }
    form += softmax ? square / total - std::pow(mean / total, 2) : square;
  }
  return form / y.cols;
}

/// Eigenvalues, symmetry, and the matrices along lines through θ.
void expect_full(Model& model, const Safetensors& file, bool softmax) {
  AtBatch at(model, file);
  const Matrix hessian = matrix(file, "full_hessian");
  const Matrix gauss_newton = matrix(file, "full_gauss_newton");
  for (const Matrix* each : {&hessian, &gauss_newton}) {
    ASSERT_EQ(each->rows, static_cast<int>(at.size()));
    EXPECT_EQ(max_difference(*each, transposed(*each)), 0);
  }
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const std::vector<double> d = direction(at.size(), seed);
    const double expected = second_derivative([&](double s) { return at.loss(d, s); }, 1e-2);
    EXPECT_NEAR(quadratic_form(hessian, d), expected, 1e-7 * std::abs(expected) + 1e-9);
    const double form = gauss_newton_form(at, d, softmax);
    EXPECT_NEAR(quadratic_form(gauss_newton, d), form, 1e-8 * form);
  }
  for (const char* name : {"full_hessian", "full_gauss_newton"}) {
    const Matrix& of = name == std::string("full_hessian") ? hessian : gauss_newton;
    const Matrix eigenvalues = matrix(file, fmt::format("{}_eigenvalues", name));
    double trace = 0;
    double square = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < of.rows; ++i) {
      trace += of(i, i);
      sum += eigenvalues(i, 0);
      squares += std::pow(eigenvalues(i, 0), 2);
      for (int j = 0; j < of.cols; ++j) square += std::pow(of(i, j), 2);
    }
    EXPECT_NEAR(sum, trace, 1e-12 * trace) << name;
    EXPECT_NEAR(squares, square, 1e-12 * square) << name;
    EXPECT_TRUE(std::ranges::is_sorted(eigenvalues.values)) << name;
  }
}

/// The column "in layers" of a row of the table.
double share_in_table(const std::string& out, const std::string& matrix) {
  for (const std::string& line : lines(out)) {
    if (!line.starts_with(matrix + "   ")) continue;
    std::istringstream row(line);
    std::string name;
    double smallest = 0;
    double largest = 0;
    int negative = 0;
    int rank = 0;
    double share = -1;
    row >> name >> smallest >> largest >> negative >> rank >> share;
    return share;
  }
  return -1;
}

TEST(HessianFull, IsTheLossAlongLinesForClasses) {
  for (const char* activation : {"sigmoid", "tanh"}) {
    SCOPED_TRACE(activation);
    const TrainedRun run(activation, "cross-entropy");
    const std::string out = run.run({{"full", ""}});
    Model model = run.model();
    const Safetensors file = run.blocks();
    expect_full(model, file, /*softmax=*/true);

    const Matrix hessian = matrix(file, "full_hessian");
    const std::vector<int> ends{36 * 8 + 8, 36 * 8 + 8 + 8 * 6 + 6, hessian.rows};
    double in_layers = 0;
    double all = 0;
    for (int i = 0; i < hessian.rows; ++i) {
      for (int j = 0; j < hessian.cols; ++j) {
        const auto layer = [&](int place) { return std::ranges::upper_bound(ends, place) - ends.begin(); };
        all += std::pow(hessian(i, j), 2);
        if (layer(i) == layer(j)) in_layers += std::pow(hessian(i, j), 2);
      }
    }
    EXPECT_NEAR(share_in_table(out, "hessian"), in_layers / all, 1e-4);
    EXPECT_THAT(out, HasSubstr("All 420 parameters:"));
  }
}

TEST(HessianFull, RefusesWhatIsTooLargeWithItsNumbers) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const ProcessResult trained =
      run_train(with(fashion_mnist_options(dir), {{"preset", "paper"}, {"layers", "36-280-10"}, {"epochs", "1"}}));
  ASSERT_EQ(trained.status, 0) << trained.err;
  const ProcessResult result = run_hessian({{"model", (dir.path() / "out/model.safetensors").string()},
                                            {"dataset", "fashion-mnist"},
                                            {"data", (dir.path() / "data").string()},
                                            {"batch-size", "10"},
                                            {"full", ""},
                                            {"output", (dir.path() / "blocks").string()}});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err,
            "hessian: --full: the network has 13170 parameters, expected at most 10000, for a matrix of 0.8 GB\n");
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "blocks"));
}

TEST(HessianFull, IsTheLossAlongLinesForNumbers) {
  const TempDir dir;
  for (const auto& [part, samples] : {std::pair{"train", 60}, {"test", 7}}) {
    std::vector<double> x;
    std::vector<double> y;
    for (int i = 0; i < samples; ++i) {
      x.push_back(-1 + 2.0 * i / (samples - 1));
      y.push_back(3 + 5 * std::exp(x.back()));
    }
    dir.write(fmt::format("data/{}_inputs.npy", part),
              npy_file({.descr = "<f8", .shape = fmt::format("({}, 1)", samples)}, bytes_of(x)));
    dir.write(fmt::format("data/{}_targets.npy", part),
              npy_file({.descr = "<f8", .shape = fmt::format("({},)", samples)}, bytes_of(y)));
  }
  const std::string data = (dir.path() / "data").string();
  const ProcessResult trained = run_train({{"dataset", "npy"},
                                           {"data", data},
                                           {"layers", "1-5-4-1"},
                                           {"activation", "tanh"},
                                           {"optimizer", "levenberg-marquardt"},
                                           {"epochs", "3"},
                                           {"threads", "1"},
                                           {"output", (dir.path() / "out").string()}});
  ASSERT_EQ(trained.status, 0) << trained.err;
  const std::string model_file = (dir.path() / "out/model.safetensors").string();
  const ProcessResult result = run_hessian({{"model", model_file},
                                            {"dataset", "npy"},
                                            {"data", data},
                                            {"batch-size", "60"},
                                            {"full", ""},
                                            {"threads", "1"},
                                            {"output", (dir.path() / "blocks").string()}});
  ASSERT_EQ(result.status, 0) << result.err;
  Model model = mlp(std::vector{1, 5, 4, 1}, hyperbolic_tangent, squared_error);
  load_model(model_file, model);
  const Safetensors file = read_safetensors(dir.path() / "blocks");
  expect_full(model, file, /*softmax=*/false);
  EXPECT_FALSE(file.tensors.contains("labels"));
  double mean = 0;
  double square = 0;
  for (const double target : matrix(file, "targets").values) {  // standardised, as the network saw them
    mean += target / 60;
    square += target * target / 60;
  }
  EXPECT_NEAR(mean, 0, 1e-12);
  EXPECT_NEAR(square, 1, 1e-12);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
