#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

/// The programs in the README and in docs/precision are the files in tests/examples, which install_test.sh compiles and
/// runs.

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Readme, ShowsTheExamplesAsTheyAreTested) {
  const char* root = std::getenv("CURVEGRAPH_SOURCE");
  ASSERT_NE(root, nullptr) << "CURVEGRAPH_SOURCE must name the source folder; meson test sets it";
  const std::string readme = contents(std::filesystem::path(root) / "README.md") +
                             contents(std::filesystem::path(root) / "docs/precision/README.md");
  int examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(root) / "tests" / "examples")) {
    const std::string language = entry.path().extension() == ".cpp" ? "cpp" : "cmake";
    EXPECT_NE(readme.find("```" + language + "\n" + contents(entry.path()) + "```"), std::string::npos) << entry.path();
    ++examples;
  }
  EXPECT_EQ(examples, 5);
}

}  // namespace
