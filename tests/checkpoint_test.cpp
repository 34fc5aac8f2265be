#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/io/safetensors.h"
#include "framework/optimizers/sgd.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "ops/ops.h"
#include "tests/support/temp_dir.h"
#include "tools/train/run_folder.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

constexpr const char* checkpoint = "checkpoint.safetensors";

const Settings settings{{"momentum", "0.9"}, {"seed", "1"}};

/// A 3-2-2 network under training by SGD.
struct SavedTraining {
  Model model = mlp(std::vector{3, 2, 2}, sigmoid, squared_error);
  Plan plan{*model.graph, model.loss, 4, Plan::Buffers::ValuesAndGradients};
  Sgd optimizer{plan, {.learning_rate = 0.3, .momentum = 0.9}};

  /// Random parameters and data, and two steps, so that velocities are not gradients.
  void advance(std::uint64_t seed) {
    initialize_xavier(*model.graph, seed);
    Random random(seed, Random::Stream::Test);
    for (const Expr input : {model.input, model.target}) {
      std::vector<real> values(plan.input(input).size());
      for (real& value : values) value = static_cast<real>(random.normal());
      copy_to_device(values, plan.input(input));
    }
    for (int step = 0; step < 2; ++step) {
      plan.forward();
      plan.backward();
      optimizer.step();
    }
  }

  /// Parameters, then velocities.
  std::vector<std::vector<real>> buffers() {
    std::vector<std::vector<real>> values;
    for (const Tensor& parameter : model.graph->parameters()) values.push_back(parameter.to_host());
    for (const NamedState& state : optimizer.state()) values.push_back(to_host(state.values));
    return values;
  }
};

TEST(Checkpoint, RestoresEveryBit) {
  const TempDir dir;
  const RunFolder folder(dir.path());
  SavedTraining saved;
  saved.advance(1);
  ASSERT_THAT(saved.buffers(), Each(Contains(Not(real{0}))));
  const RunState state{.epoch = 3, .step = 1LL << 40, .seconds = 0.1, .metrics = "header\n1,2\n"};
  folder.save_checkpoint(state, settings, saved.model, saved.optimizer);

  SavedTraining loaded;
  loaded.advance(2);
  const RunState found = folder.load_checkpoint(settings, {}, loaded.model, loaded.optimizer);
  EXPECT_EQ(loaded.buffers(), saved.buffers());
  EXPECT_EQ(found.epoch, 3);
  EXPECT_EQ(found.step, 1LL << 40);
  EXPECT_EQ(found.seconds, 0.1);
  EXPECT_EQ(found.metrics, "header\n1,2\n");
}

TEST(Checkpoint, IsRefusedWithOtherSettings) {
  const TempDir dir;
  const RunFolder folder(dir.path());
  SavedTraining training;
  folder.save_checkpoint({}, settings, training.model, training.optimizer);
  struct Case {
    Settings now;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{{"momentum", "0.9"}, {"seed", "2"}}, "that run has seed 1, found 2 now"},
      {{{"momentum", "0.9"}}, "that run has seed 1, found none now"},
      {{{"alpha", "0.1"}, {"momentum", "0.9"}, {"seed", "1"}}, "that run has alpha none, found 0.1 now"},
  };
  training.advance(1);
  const auto before = training.buffers();
  for (const Case& one : cases) {
    EXPECT_THAT(
        [&] { (void)folder.load_checkpoint(one.now, {}, training.model, training.optimizer); },
        ThrowsMessage<UsageError>(AllOf(StartsWith((dir.path() / checkpoint).string() + ": "), HasSubstr(one.message),
                                        EndsWith("; a run resumes with its own settings"))));
    EXPECT_EQ(training.buffers(), before) << one.message;
  }
}

/// Loads the checkpoint in `dir`, expecting an error that names it and holds `message`, and all as it was.
void expect_refused(const TempDir& dir, const std::string& message) {
  SavedTraining training;
  training.advance(1);
  const auto before = training.buffers();
  EXPECT_THAT([&] { (void)RunFolder(dir.path()).load_checkpoint(settings, {}, training.model, training.optimizer); },
              ThrowsMessage<Error>(AllOf(StartsWith((dir.path() / checkpoint).string() + ": "), HasSubstr(message),
                                         Not(HasSubstr("\n")))));
  EXPECT_EQ(training.buffers(), before);
}

TEST(Checkpoint, IsRefusedWhenTruncatedOrGarbage) {
  const TempDir dir;
  SavedTraining training;
  RunFolder(dir.path()).save_checkpoint({}, settings, training.model, training.optimizer);
  const std::string whole = dir.read(checkpoint);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "holds 0 bytes, expected 8"},
      {whole.substr(0, 7), "holds 7 bytes, expected 8"},
      {whole.substr(0, 100), "but only 92 follow"},
      {whole.substr(0, whole.size() - 1), "expected begin and end within"},
      {whole + "x", "bytes of data, expected"},
      {"certainly no checkpoint\nbut two lines", "announces a header of"},
  };
  for (const auto& [contents, message] : cases) {
    dir.write(checkpoint, contents);
    expect_refused(dir, message);
  }
}

TEST(Checkpoint, IsRefusedWhenItIsOfSomethingElse) {
  using Change = std::function<void(Safetensors&)>;
  const auto metadata = [](const char* key, const char* value) {
    return [=](Safetensors& file) { file.metadata[key] = value; };
  };
  const auto tensor = [](const char* name, const StoredTensor& value) {
    return [=](Safetensors& file) { file.tensors[name] = value; };
  };
  const std::vector<real> six(6);
  const std::string type(name(dtype_of<real>()));
  struct Case {
    Change change;
    std::string message;
  };
  const std::vector<Case> cases = {
      {[](Safetensors& file) { file.metadata.clear(); }, "its metadata has no settings, expected a checkpoint"},
      {[](Safetensors& file) { file.metadata.erase("progress"); }, "its metadata has no progress"},
      {[](Safetensors& file) { file.metadata.erase("metrics"); }, "its metadata has no metrics"},
      {metadata("settings", "{"), "not a checkpoint of this program"},
      {metadata("settings", R"({"seed":1})"), "not a checkpoint of this program"},
      {metadata("progress", R"({"epoch":1,"step":2})"), "key 'seconds' not found"},
      {metadata("progress", R"({"epoch":"one","step":2,"seconds":3})"), "must be number, but is string"},
      {[](Safetensors& file) { file.tensors.erase("parameter.2"); }, R"(has no tensor "parameter.2", only )"},
      {[](Safetensors& file) { file.tensors.erase("optimizer.velocity.1"); },
       R"(has no tensor "optimizer.velocity.1")"},
      {tensor("parameter.0", StoredTensor::from<real>(six, {2, 3})),
       "parameter.0 is " + type + " [2, 3], expected " + type + " [3, 2]"},
      {tensor("optimizer.velocity.0", StoredTensor::from<real>(six, {6})),
       "optimizer.velocity.0 is " + type + " [6], expected " + type + " [3, 2]"},
      {tensor("parameter.1", StoredTensor::from<std::int64_t>(std::vector<std::int64_t>{1, 2}, {1, 2})),
       "parameter.1 is I64 [1, 2], expected " + type + " [1, 2]"},
  };
  for (const Case& one : cases) {
    const TempDir dir;
    SavedTraining training;
    RunFolder(dir.path()).save_checkpoint({}, settings, training.model, training.optimizer);
    Safetensors file = read_safetensors(dir.path() / checkpoint);
    one.change(file);
    write_safetensors(dir.path() / checkpoint, file);
    expect_refused(dir, one.message);
  }
}

TEST(Checkpoint, IsAskedForWhereThereIsNone) {
  const TempDir dir;
  SavedTraining training;
  for (const auto& path : {dir.path(), dir.path() / "missing"}) {
    EXPECT_THAT(
        [&] { (void)RunFolder(path).load_checkpoint(settings, {}, training.model, training.optimizer); },
        ThrowsMessage<Error>("--resume " + path.string() +
                             ": holds no checkpoint.safetensors, expected the output folder of an earlier run"));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
