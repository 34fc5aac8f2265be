#include "tools/train/candidates.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/parse_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

Dataset samples(int count) {
  return {.name = "numbered",
          .features = 1,
          .classes = 1,
          .values = std::vector<std::uint8_t>(static_cast<std::size_t>(count)),
          .labels = std::vector<std::uint8_t>(static_cast<std::size_t>(count))};
}

TrainOptions options(const Arguments& more) { return parse_options(Arguments{"--output", "o"} + more); }

std::vector<std::string> names(const std::vector<SearchedOption>& searched) {
  std::vector<std::string> all;
  for (const SearchedOption& option : searched) all.push_back(option.name);
  return all;
}

TEST(Candidates, AreOfTheOptionsThatHaveAnEffect) {
  EXPECT_THAT(names(searched_options(options({}))), ElementsAre("learning-rate", "rho", "trust-region", "batch-size"));
  EXPECT_THAT(names(searched_options(options({"--preset", "paper"}))),
              ElementsAre("learning-rate", "alpha", "batch-size"));
  for (const char* optimizer : {"sgd", "adam"}) {
    EXPECT_THAT(names(searched_options(options({"--optimizer", optimizer}))),
                ElementsAre("learning-rate", "batch-size"));
  }
}

TEST(Candidates, AreAroundTheDefaultsOnALogarithmicScale) {
  const auto adam = searched_options(options({"--optimizer", "adam"}));
  EXPECT_THAT(adam[0].values, ElementsAre("0.0001", "0.0003", "0.001", "0.003", "0.01"));
  EXPECT_THAT(adam[1].values, ElementsAre("25", "50", "100", "200", "400"));
  const auto second_order = searched_options(options({"--preset", "paper"}));
  EXPECT_THAT(second_order[0].values, ElementsAre("0.01", "0.03", "0.1", "0.3", "1"));
  EXPECT_THAT(second_order[1].values, ElementsAre("0.002", "0.006", "0.02", "0.06", "0.2"));
}

TEST(Candidates, LeaveAloneWhatIsGiven) {
  const auto searched = searched_options(options({"--preset", "paper", "--alpha", "0.02", "--batch-size", "100"}));
  EXPECT_THAT(names(searched), ElementsAre("learning-rate"));
  EXPECT_THAT(
      [] {
        searched_options(options({"--optimizer", "sgd", "--learning-rate", "1", "--batch-size", "2"}));
      },
      ThrowsMessage<UsageError>(
          "--find-settings: --learning-rate, --batch-size are given, expected at least one of them to be left out"));
}

TEST(Candidates, BeginWithTheDefaultsAndAreDistinct) {
  const TrainOptions of = options({"--preset", "paper"});
  const auto searched = searched_options(of);
  const std::vector<Settings> found = draw_candidates(of, searched, samples(60000), 16);
  ASSERT_THAT(found, SizeIs(16));
  EXPECT_EQ(found[0], (Settings{{"alpha", "0.02"}, {"batch-size", "500"}, {"learning-rate", "0.1"}}));
  EXPECT_THAT(std::set(found.begin(), found.end()), SizeIs(16));
  for (const Settings& candidate : found) {
    for (const SearchedOption& option : searched) {
      EXPECT_THAT(option.values, testing::Contains(candidate.at(option.name)));
    }
  }
  // The whole grid, where that is asked for.
  EXPECT_THAT(draw_candidates(of, searched, samples(60000), 1000), SizeIs(125));
}

TEST(Candidates, AreDrawnFromTheSeed) {
  const auto drawn = [](const char* seed) {
    const TrainOptions of = options({"--seed", seed});
    return draw_candidates(of, searched_options(of), samples(60000), 16);
  };
  EXPECT_EQ(drawn("1"), drawn("1"));
  EXPECT_NE(drawn("1"), drawn("2"));
}

TEST(Candidates, AreThoseThatTheDataAndOtherOptionsAllow) {
  const TrainOptions of = options({"--optimizer", "adam"});
  for (const Settings& candidate : draw_candidates(of, searched_options(of), samples(200), 1000)) {
    EXPECT_LE(std::stoi(candidate.at("batch-size")), 200);
  }
  EXPECT_THAT(draw_candidates(of, searched_options(of), samples(200), 1000), SizeIs(20));
  // 5 times a learning rate of 1 would take more than all of a weight, and few steps have no room for 15 of warm-up.
  const TrainOptions decayed = options({"--optimizer", "sgd", "--weight-decay", "5", "--epochs", "10", "--warm-up",
                                        "15", "--learning-rate-schedule", "linear"});
  for (const Settings& candidate : draw_candidates(decayed, searched_options(decayed), samples(400), 1000)) {
    EXPECT_NE(candidate.at("learning-rate"), "1");
    EXPECT_NE(candidate.at("learning-rate"), "0.3");
    EXPECT_LE(std::stoi(candidate.at("batch-size")), 200);
  }
}

TEST(Candidates, AreNamedInTheHelp) {
  testing::internal::CaptureStdout();
  const std::vector<const char*> argv{"train", "--help"};
  parse_train_options(2, argv.data());
  const std::string help = testing::internal::GetCapturedStdout();
  const std::string found = help.substr(help.find("--find-settings"));
  for (const SearchAxis& axis : search_axes()) EXPECT_THAT(found, HasSubstr(axis.option));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
