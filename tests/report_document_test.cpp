#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/experiment_folders.h"
#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/html.h"
#include "tools/reproduce/report/plot.h"
#include "tools/reproduce/report/program.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TEST(Document, TablesLineUp) {
  Table table({"name", ">value"});
  table.add({"‖a‖", "1.50"});
  table.add({"x|y", "10.25"});
  EXPECT_EQ(table.markdown(),
            "| name | value |\n"
            "| ---- | ----: |\n"
            "| ‖a‖  |  1.50 |\n"
            "| x\\|y | 10.25 |\n");
}

TEST(Document, TextOfOthersIsShownLiterally) {
  Document document("<b> & _title_");
  Table table({"message"});
  table.add({escaped("a|b *c* <script>alert(1)</script> `d`\ne ![x](y)")});
  document.table(table);
  document.paragraph(code("a `b` <i>"));
  const std::string page = html_page(document.title(), document.markdown(), {});
  EXPECT_THAT(page, HasSubstr("<td>a|b *c* &lt;script&gt;alert(1)&lt;/script&gt; `d` e ![x](y)</td>"));
  EXPECT_THAT(page, HasSubstr("<code>a `b` &lt;i&gt;</code>"));
  EXPECT_THAT(page, HasSubstr("<title>&lt;b&gt; &amp; _title_</title>"));
  EXPECT_THAT(page, HasSubstr("<h1>&lt;b&gt; &amp; _title_</h1>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(Document, AnImageWithoutAFigureIsAnError) {
  EXPECT_THAT([] { html_page("t", "![x](figures/none.svg)", {}); },
              ThrowsMessage<Error>(HasSubstr("figures/none.svg")));
}

TEST(Plot, DrawsWhatCanBeDrawn) {
  Plot plot{.name = "some-plot", .title = "A title", .x = {.label = "x'y"}, .y = {.label = "y", .log = true}};
  plot.lines.push_back({.title = "it's there", .points = {{.x = 1, .y = 1}, {.x = 2, .y = 0}, {.x = 3, .y = 10}}});
  plot.lines.push_back({.title = "nothing", .points = {{.x = 1, .y = -1}}});
  const std::string svg = draw(plot);
  EXPECT_THAT(svg, AllOf(HasSubstr("<title>A title</title>"), HasSubstr("it's there"), HasSubstr("x'y"),
                         HasSubstr("id=\"some-plot-gnuplot_plot_1\""), Not(HasSubstr("nothing"))));
}

TEST(Plot, SaysThatThereIsNothing) {
  const Plot plot{.name = "empty", .x = {.label = "x", .log = true}, .y = {.label = "y", .log = true}};
  EXPECT_THAT(draw(plot), HasSubstr("no data yet"));
}

TEST(Plot, StylesAreByCurvatureAndSolver) {
  EXPECT_EQ(method_style("pch-1+ea-cg").color, method_style("pch-1+kfi").color);
  EXPECT_NE(method_style("pch-1+kfi").color, method_style("fisher+kfi").color);
  EXPECT_TRUE(method_style("pch-1+kfi").dashes.empty());
  EXPECT_FALSE(method_style("pch-1+ea-cg").dashes.empty());
  EXPECT_EQ(method_style("sgd").color, "#000000");
  EXPECT_EQ(method_title("gauss-newton+ea-cg"), "Gauss-Newton, EA-CG");
  EXPECT_EQ(method_title("fisher+kfi-rank-one"), "Fisher, KFI by (13)");
}

TEST(Program, ErrorsNameTheProgram) {
  EXPECT_THAT([] { require_program("no-such-program", "some-package"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("no-such-program"), HasSubstr("install some-package"))));
  EXPECT_THAT([] { filter("gnuplot", {"/dev/stdin"}, "plot nonsense("); },
              ThrowsMessage<Error>(HasSubstr("gnuplot: status 1: \"/dev/stdin\" line 1")));
  EXPECT_THAT([] { filter("no-such-program", {}, ""); }, ThrowsMessage<Error>(HasSubstr("no-such-program")));
}

TEST(Program, FiltersMoreThanAPipeHolds) {
  const std::string text(1 << 20, 'x');
  EXPECT_EQ(filter("cat", {}, text), text);
  EXPECT_NO_THROW(filter("true", {}, text)) << "which reads nothing of it";
}

TEST(MarkdownTable, IsReadBack) {
  EXPECT_THAT(markdown_table("## A\n\n| a |\n|---|\n\n## B\n\n| b | c |\n| --- | --: |\n| 1 |  2 |\n", "## B"),
              ElementsAre(ElementsAre("b", "c"), ElementsAre("1", "2")));
}

}  // namespace
}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
