#include "tools/reproduce/report/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "tools/reproduce/report/program.h"
#include "tools/reproduce/report/svg.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

struct Look {
  const char* id;
  const char* title;
  const char* mark;  // of a curvature its colour, of a solver its dashes
};
/// In colours that the colour-blind tell apart (Okabe and Ito).
constexpr std::array kCurvatures{
    Look{"fisher", "Fisher", "#0072b2"},
    Look{"fisher-sampled", "Fisher, sampled", "#56b4e9"},
    Look{"gauss-newton", "Gauss-Newton", "#e69f00"},
    Look{"pch-1", "PCH-1", "#009e73"},
    Look{"pch-2", "PCH-2", "#cc79a7"},
};
constexpr std::array kSolvers{
    Look{"ea-cg", "EA-CG", "8,4"},
    Look{"kfi", "KFI", ""},
    Look{"kfi-rank-one", "KFI by (13)", "2,3"},
};

/// nullptr for an unknown one.
const Look* look(std::span<const Look> looks, const std::string& id) {
  const auto found = std::ranges::find_if(looks, [&](const Look& each) { return id == each.id; });
  return found == looks.end() ? nullptr : &*found;
}

std::pair<std::string, std::string> parts(const std::string& method) {
  const std::size_t plus = method.find('+');
  if (plus == std::string::npos) return {method, ""};
  return {method.substr(0, plus), method.substr(plus + 1)};
}

/// As gnuplot reads it literally.
std::string quoted(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

std::string plotted(double value) { return std::isfinite(value) ? fmt::format("{:.8g}", value) : "NaN"; }

bool drawable(const Point& point, const Plot& plot) {
  return std::isfinite(point.x) && std::isfinite(point.y) && !(plot.x.log && point.x <= 0) &&
         !(plot.y.log && point.y <= 0);
}

std::string data_block(std::size_t index, const Line& line) {
  std::string block = fmt::format("$line{} << END\n", index);
  for (const Point& point : line.points) {
    block += fmt::format("{} {} {} {}\n", plotted(point.x), plotted(point.y), plotted(point.low), plotted(point.high));
  }
  return block + "END\n";
}

std::string line_commands(std::size_t index, const Line& line) {
  // Of one point, or of two, a line shows nothing or little.
  const bool markers = line.markers || line.points.size() < 3;
  return fmt::format("$line{} using 1:2 with {} linewidth {} linecolor rgb '{}' {} title {}", index,
                     markers ? "linespoints pointtype 7 pointsize 0.5" : "lines", line.width, line.style.color,
                     line.style.dashes.empty() ? "" : fmt::format("dashtype ({})", line.style.dashes),
                     quoted(line.title));
}

/// Logarithmic ones: widths are powers of 2, and values have decades.
std::string axis_commands(char name, const Axis& axis) {
  std::string commands = fmt::format("set {}label {}\n", name, quoted(axis.label));
  if (!axis.log) return commands;
  if (name == 'x') return commands + "set logscale x 2\nset format x '%.0f'\nset xrange [*:*] noextend\n";
  return commands + "set logscale y\nset format y '%h'\n";
}

}  // namespace

std::string method_title(const std::string& method) {
  const auto [curvature, solver] = parts(method);
  if (solver.empty()) return method == "sgd" ? "SGD" : method;
  const auto* const found = look(kSolvers, solver);
  return curvature_title(curvature) + ", " + (found == nullptr ? solver : found->title);
}

std::string curvature_title(const std::string& curvature) {
  const auto* const found = look(kCurvatures, curvature);
  return found == nullptr ? curvature : found->title;
}

Style method_style(const std::string& method) {
  const auto [curvature, solver] = parts(method);
  if (solver.empty()) return {};
  const auto* const found = look(kSolvers, solver);
  return {.color = curvature_style(curvature).color, .dashes = found == nullptr ? "2,3,8,3" : found->mark};
}

Style curvature_style(const std::string& curvature) {
  const auto* const found = look(kCurvatures, curvature);
  return {.color = found == nullptr ? "#000000" : found->mark};
}

std::string draw(const Plot& plot) {
  std::string script = fmt::format(
      "set terminal svg noenhanced size 860,{} font 'sans-serif,13' background 'white'\n"
      "set lmargin at screen 0.12\nset rmargin at screen 0.66\nset key at screen 0.675, screen 0.97 left top reverse "
      "Left samplen 3\nset grid linecolor rgb '#dddddd' linetype 1\n"
      "set border 3 linecolor rgb '#555555'\nset tics nomirror\n",
      plot.height);
  script += axis_commands('x', plot.x) + axis_commands('y', plot.y);
  std::string bands;
  std::string lines;
  std::size_t drawn = 0;
  for (Line line : plot.lines) {
    std::erase_if(line.points, [&](const Point& point) { return !drawable(point, plot); });
    if (line.points.empty()) continue;
    script += data_block(drawn, line);
    if (line.band) {
      bands += fmt::format(
          "$line{} using 1:3:4 with filledcurves fillcolor rgb '{}' fillstyle transparent solid 0.15 noborder "
          "notitle, ",
          drawn, line.style.color);
    }
    lines += (drawn == 0 ? "" : ", ") + line_commands(drawn, line);
    ++drawn;
  }
  // gnuplot refuses to plot nothing.
  if (drawn == 0) {
    lines = "NaN notitle";
    script += "set xrange [0:1]\nset yrange [0:1]\nset label 'no data yet' at graph 0.5,0.5 center\n";
    script += "unset logscale\n";
  }
  script += "plot " + bands + lines + "\n";
  // By a file's name, so that it stops at an error.
  return own_svg(filter("gnuplot", {"/dev/stdin"}, script), plot.name, plot.title);
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
