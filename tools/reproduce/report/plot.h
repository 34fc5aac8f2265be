#pragma once

#include <limits>
#include <string>
#include <vector>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

struct Style {
  std::string color = "#000000";
  std::string dashes = {};  ///< lengths of dashes and gaps, as gnuplot has them, "8,4"; empty: solid
};

/// The curve by itself is of a curvature and a solver: colours by curvature, dashes by solver, as in the paper.
Style method_style(const std::string& method);
/// In the same colours.
Style curvature_style(const std::string& curvature);
/// The names that the legends and tables have for methods and curvatures: "PCH-1, EA-CG".
std::string method_title(const std::string& method);
std::string curvature_title(const std::string& curvature);

struct Point {
  double x = 0;
  double y = 0;
  double low = std::numeric_limits<double>::quiet_NaN();  ///< the band around the curve, where there is one
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct Line {
  std::string title = {};
  Style style = {};
  std::vector<Point> points = {};
  bool band = false;
  bool markers = false;  ///< at each point
  double width = 2;
};

struct Axis {
  std::string label = {};
  bool log = false;
};

struct Plot {
  std::string name = {};   ///< of the file, and prefix of its ids
  std::string title = {};  ///< for captions and pointers: it is not drawn
  Axis x = {};
  Axis y = {};
  std::vector<Line> lines = {};
  int height = 420;
};

/// An SVG document by gnuplot. Lines without points are left out; a plot of which all are has no axes but says so.
std::string draw(const Plot& plot);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
