#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/train_tool.h"

/// train --find-settings, the program.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

/// The rows of trials.csv by the names of its columns.
std::vector<Row> rows(const std::string& csv) {
  const std::vector<std::string> all = lines(csv);
  const std::vector<std::string> names = split(all.front());
  std::vector<Row> rows;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::vector<std::string> fields = split(all[i]);
    EXPECT_EQ(fields.size(), names.size()) << all[i];
    Row& row = rows.emplace_back();
    for (std::size_t column = 0; column < names.size(); ++column) row[names[column]] = fields[column];
  }
  return rows;
}

/// A search through 250 samples in batches of up to 200, where none is given.
Options search_options(const TempDir& dir, const Options& changes) {
  Options options = with(fashion_mnist_options(dir), changes);
  options["find-settings"] = "0.02";  // 1.2 s
  return options;
}

TEST(FindSettings, WritesAConfigThatTrains) {
  for (const char* optimizer : {"second-order", "sgd", "adam"}) {
    SCOPED_TRACE(optimizer);
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const ProcessResult result = run_train(search_options(dir, {{"optimizer", optimizer}}));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(files_below(dir.path() / "out"),
                ElementsAre(Key("settings.cfg"), Key("trials.csv"), Key("trials.txt")));
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "out/trials"));
    EXPECT_THAT(result.out, HasSubstr(dir.read("out/trials.txt")));
    EXPECT_THAT(result.out, AllOf(HasSubstr("searching --learning-rate: "), Not(HasSubstr("searching --batch-size"))));

    const std::vector<Row> trials = rows(dir.read("out/trials.csv"));
    const bool second_order = std::string(optimizer) == "second-order";
    ASSERT_THAT(trials, SizeIs(second_order ? 16 : 5));
    EXPECT_EQ(trials[0].contains("rho"), second_order);
    EXPECT_EQ(trials[0].contains("trust-region"), second_order);
    bool has_default = false;
    for (const Row& trial : trials) {
      EXPECT_GT(std::stod(trial.at("seconds")), 0);
      EXPECT_GE(std::stoi(trial.at("steps")), 1);
      EXPECT_NEAR(std::stod(trial.at("epochs")), std::stoi(trial.at("steps")) / 5.0, 0.01);
      has_default = has_default || trial.at("trial") == "1";
    }
    EXPECT_TRUE(has_default);
    EXPECT_NE(trials[1].at(second_order ? "loss_4" : "loss_3"), "");  // two reach the last rung
    EXPECT_EQ(trials[2].at(second_order ? "loss_4" : "loss_3"), "");
    const std::string last = second_order ? "loss_4" : "loss_3";
    EXPECT_LE(std::stod(trials[0].at(last)), std::stod(trials[1].at(last)));

    const std::string config = dir.read("out/settings.cfg");
    for (const char* option : {"learning-rate", "rho", "trust-region"}) {
      if (trials[0].contains(option)) {
        EXPECT_THAT(config, HasSubstr(std::string(option) + " = " + trials[0].at(option) + "\n"));
      }
    }
    // Not needed again: what it was given is in it.
    const ProcessResult trained =
        run_train({{"config", (dir.path() / "out/settings.cfg").string()}, {"output", (dir.path() / "run").string()}});
    ASSERT_EQ(trained.status, 0) << trained.err;
    EXPECT_THAT(trained.out, HasSubstr(optimizer + std::string(": ")));
    EXPECT_THAT(trained.out, HasSubstr("learning rate " + trials[0].at("learning-rate")));
  }
}

TEST(FindSettings, SearchesTheBatchSizeUnlessItIsGiven) {
  const TempDir dir;
  write_cifar10(dir, "data");
  Options options = with(cifar10_options(dir), {{"optimizer", "sgd"}, {"learning-rate", "0.05"}});
  options["find-settings"] = "0.02";
  options.erase("batch-size");
  const ProcessResult result = run_train(options);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("searching --batch-size: 25, 50, 100, 200, 400\n"));
  EXPECT_THAT(dir.read("out/trials.csv"), Not(HasSubstr(",400,"))) << "of 250 samples";
}

TEST(FindSettings, ComparesWhatARunComesToWhereAScheduleEndsIt) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options options = search_options(
      dir, {{"optimizer", "adam"}, {"learning-rate-schedule", "cosine"}, {"warm-up", "3"}, {"epochs", "4"}});
  ASSERT_EQ(run_train(options).status, 0);
  const std::vector<Row> trials = rows(dir.read("out/trials.csv"));
  ASSERT_THAT(trials, SizeIs(5));
  for (const Row& trial : trials) EXPECT_LE(std::stoi(trial.at("steps")), 20);
  const Row& best = trials.front();
  ASSERT_EQ(best.at("steps"), "20");
  EXPECT_EQ(best.at("loss_1"), best.at("loss_3"));
  // All samples are among those compared; their order, and so the rounding of the mean, is another.
  ASSERT_EQ(
      run_train({{"config", (dir.path() / "out/settings.cfg").string()}, {"output", (dir.path() / "run").string()}})
          .status,
      0);
  const double loss = std::stod(split(lines(dir.read("run/metrics.csv")).back())[3]);
  EXPECT_NEAR(std::stod(best.at("loss_3")), loss, 1e-5 * loss);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
