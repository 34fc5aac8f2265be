#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/io/safetensors.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using Fragments = std::vector<std::string>;

std::string in(const TempDir& dir, const std::string& name) { return (dir.path() / name).string(); }

/// The one line on standard error, which holds all the fragments.
void expect_one_line(const std::string& err, const Fragments& fragments) {
  EXPECT_THAT(lines(err), SizeIs(1)) << err;
  EXPECT_THAT(err, AllOf(StartsWith("train: "), EndsWith("\n")));
  for (const std::string& fragment : fragments) EXPECT_THAT(err, HasSubstr(fragment));
}

/// The program ends with that status and message before it has printed or written anything.
void expect_refused(const TempDir& dir, const Options& options, int status, const Fragments& fragments) {
  SCOPED_TRACE(testing::PrintToString(options));
  const auto before = files_below(dir.path());
  const ProcessResult result = run_train(options);
  EXPECT_EQ(result.status, status);
  EXPECT_THAT(result.out, IsEmpty());
  expect_one_line(result.err, fragments);
  EXPECT_TRUE(files_below(dir.path()) == before) << "files have changed";
}

TEST(TrainToolErrors, RefusesOptions) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  struct Case {
    Options changes;
    Fragments fragments;
  };
  const std::vector<Case> cases = {
      {{{"frobnicate", "1"}}, {"'--frobnicate'", "--help"}},
      {{{"epoch", "3"}}, {"'--epoch'", "--help"}},
      {{{"dataset", "mnist"}}, {"--dataset: ", "mnist", "expected one of fashion-mnist, cifar-10, image-folder"}},
      {{{"activation", "step"}}, {"--activation: ", "'step'", "expected one of identity, sigmoid"}},
      {{{"criterion", "hinge"}}, {"--criterion: ", "'hinge'", "expected one of cross-entropy, bounded"}},
      {{{"curvature", "hessian"}}, {"--curvature: ", "'hessian'", "expected one of pch-1, pch-2"}},
      {{{"solver", "lu"}}, {"--solver: ", "'lu'", "expected one of ea-cg"}},
      {{{"seed", "-1"}}, {"--seed: found '-1', expected a whole number"}},
      {{{"learning-rate-schedule", "cosine"}, {"warm-up", "15"}},
       {"--warm-up 15: the run has 15 steps, expected a shorter warm-up with --learning-rate-schedule cosine"}},
      {{{"momentum", "0.5"}, {"optimizer", "adam"}}, {"--momentum: has no effect with --optimizer adam"}},
      {{{"preset", "mine"}}, {"--preset: unknown preset 'mine', expected one of default, paper"}},
      {{{"curvature", "gauss-newton"}, {"criterion", "bounded"}},
       {"--curvature gauss-newton: ", "convex", "criterion bounded"}},
      {{{"layers", "36"}}, {"--layers: ", "'36'", "expected sizes such as"}},
      {{{"layers", "35-8-10"}}, {"--layers 35-8-10: from 35 inputs to 10 outputs, expected 36 and 10"}},
      {{{"layers", "36-8-9"}}, {"--layers 36-8-9: from 36 inputs to 9 outputs, expected 36 and 10"}},
      {{{"batch-size", "251"}}, {"--batch-size 251: ", "250 samples of fashion-mnist train"}},
      {{{"batch-size", "2000000000"}}, {"--batch-size 2000000000: ", "250 samples of fashion-mnist train"}},
      {{{"config", in(dir, "missing")}}, {"--config " + in(dir, "missing") + ": cannot be read"}},
  };
  for (const Case& one : cases) expect_refused(dir, with(fashion_mnist_options(dir), one.changes), 2, one.fragments);
}

TEST(TrainToolErrors, RefusesFoldersItCannotUse) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  dir.write("file", "contents");
  std::filesystem::create_directory(in(dir, "empty"));
  const Options options = fashion_mnist_options(dir);
  ASSERT_EQ(run_train(with(options, {{"output", in(dir, "run")}})).status, 0);
  dir.write("torn/checkpoint.safetensors", dir.read("run/checkpoint.safetensors").substr(0, 1000));

  const TempDir others;
  write_fashion_mnist(others, "data");
  others.write("data/t10k-labels-idx1-ubyte.gz",
               gzipped(std::string("\0\0\x8\1\0\0\0\x32", 8) + std::string(50, '\3')));

  struct Case {
    Options changes;
    int status;
    Fragments fragments;
  };
  const std::vector<Case> cases = {
      {{{"output", in(dir, "file")}}, 1, {"--output " + in(dir, "file") + ": cannot be created: Not a directory"}},
      {{{"output", in(dir, "file/below")}},
       1,
       {"--output " + in(dir, "file/below") + ": cannot be created: Not a dir"}},
      {{{"output", in(dir, "run")}}, 2, {"--output " + in(dir, "run") + ": already holds a run", "expected a new"}},
      {{{"resume", in(dir, "missing")}}, 1, {"--resume " + in(dir, "missing") + ": holds no checkpoint.safetensors"}},
      {{{"resume", in(dir, "empty")}}, 1, {"--resume " + in(dir, "empty") + ": holds no checkpoint.safetensors"}},
      {{{"resume", in(dir, "torn")}}, 1, {in(dir, "torn/checkpoint.safetensors") + ": ", "bytes"}},
      {{{"resume", in(dir, "run")}, {"seed", "99"}},
       2,
       {"--seed 99: the run in " + in(dir, "run") + " has 1; leave the option out"}},
      {{{"resume", in(dir, "run")}, {"layers", "36-9-10"}},
       2,
       {"--layers 36-9-10: the run in " + in(dir, "run") + " has 36-8-10"}},
      {{{"resume", in(dir, "run")}, {"optimizer", "sgd"}},
       2,
       {"--optimizer sgd: the run in " + in(dir, "run") + " has "}},
      {{{"resume", in(dir, "run")}, {"data", in(others, "data")}}, 2, {in(dir, "run"), "that run has data "}},
  };
  for (const Case& one : cases) expect_refused(dir, with(options, one.changes), one.status, one.fragments);
}

TEST(TrainToolErrors, RefusesDataThatIsMissingOrDamaged) {
  using Change = std::function<std::string(std::string)>;
  const Change missing;
  const Change shorter = [](std::string bytes) { return bytes.substr(0, bytes.size() - 1); };
  const Change longer = [](std::string bytes) { return bytes + "x"; };
  const auto labels = [](int count, char label) {
    return [=](const std::string&) {
      const std::string header{'\0', '\0', '\x8', '\1', '\0', '\0', '\0', static_cast<char>(count)};
      return gzipped(header + std::string(50, label));
    };
  };
  struct Case {
    void (*write)(const TempDir&, const std::string&);
    Options (*options)(const TempDir&);
    std::string file;
    Change change;
    Fragments fragments;
  };
  const std::vector<Case> cases = {
      {write_cifar10, cifar10_options, "data_batch_3.bin", missing, {"cannot open", "No such file"}},
      {write_cifar10, cifar10_options, "data_batch_1.bin", missing, {"holds data_batch_1.bin neither"}},
      {write_cifar10, cifar10_options, "test_batch.bin", shorter, {"30,729 bytes", "a positive multiple of 3,073"}},
      {write_cifar10, cifar10_options, "data_batch_2.bin", longer, {"153,651 bytes", "a positive multiple of 3,073"}},
      {write_cifar10,
       cifar10_options,
       "data_batch_5.bin",
       [](std::string bytes) {
         bytes[3 * 3073] = '\xa';
         return bytes;
       },
       {"the label of record 3 (counted from 0) is 10, expected 0 to 9"}},
      {write_fashion_mnist, fashion_mnist_options, "t10k-images-idx3-ubyte.gz", missing, {"holds neither t10k-images"}},
      {write_fashion_mnist, fashion_mnist_options, "train-images-idx3-ubyte.gz", shorter, {"cannot read: "}},
      {write_fashion_mnist,
       fashion_mnist_options,
       "t10k-labels-idx1-ubyte.gz",
       labels(51, 0),
       {"holds 50 bytes of values, expected 51"}},
      {write_fashion_mnist,
       fashion_mnist_options,
       "t10k-labels-idx1-ubyte.gz",
       labels(49, 0),
       {"holds more bytes of values than the expected 49"}},
      {write_fashion_mnist,
       fashion_mnist_options,
       "t10k-labels-idx1-ubyte.gz",
       labels(50, 10),
       {"the label of image 0 (counted from 0) is 10, expected 0 to 9"}},
  };
  for (const Case& one : cases) {
    const TempDir dir;
    one.write(dir, "data");
    const std::string path = "data/" + one.file;
    if (one.change) {
      dir.write(path, one.change(dir.read(path)));
    } else {
      std::filesystem::remove(dir.path() / path);
    }
    SCOPED_TRACE(one.file);
    Fragments fragments = one.fragments;
    // A missing file is named with the folder, any other by its path.
    fragments.push_back(in(dir, one.change ? path : "data"));
    expect_refused(dir, one.options(dir), 1, fragments);
  }
}

TEST(TrainToolErrors, StopsWhenTheLossIsNotFinite) {
  const Options diverging{{"optimizer", "sgd"},
                          {"learning-rate", "1e5"},
                          {"criterion", "squared-error"},
                          {"activation", "identity"},
                          {"epochs", "100"}};
  struct Case {
    const char* batch_size;
    Fragments fragments;
  };
  const std::vector<Case> cases = {
      {"50", {"epoch 1, step ", "the loss is ", "expected a finite number", "keeps the run up to epoch 0"}},
      {"250",
       {"epoch ", "the training loss is ", "before the first step", "a smaller learning rate",
        "keeps the run up to epoch "}},
  };
  for (const auto& [batch_size, fragments] : cases) {
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const ProcessResult result =
        run_train(with(with(fashion_mnist_options(dir), diverging), {{"batch-size", batch_size}}));
    EXPECT_EQ(result.status, 3) << result.out;
    expect_one_line(result.err, fragments);

    // What is kept is the run up to the epoch that the message tells, without a trace of the failure.
    const auto files = files_below(dir.path() / "out");
    const std::size_t last = std::stoul(result.err.substr(result.err.rfind(' ') + 1));
    EXPECT_THAT(files, SizeIs(last == 0 ? 1 : 3)) << result.err;
    for (const auto& [name, contents] : files) EXPECT_THAT(name, Not(EndsWith(".tmp")));
    for (const auto& [name, tensor] : read_safetensors(dir.path() / "out" / "checkpoint.safetensors").tensors) {
      for (const float value : tensor.as<float>()) ASSERT_TRUE(std::isfinite(value)) << name;
    }
    if (last == 0) continue;
    EXPECT_THAT(lines(files.at("metrics.csv")), SizeIs(1 + last));
    EXPECT_THAT(files.at("metrics.csv"), AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
