#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/reproduce/report/plot.h"

/// A report as it is put together: Markdown and the figures that it shows.

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// Text as Markdown shows it literally.
std::string escaped(std::string_view text);
/// The same in the type of programs.
std::string code(std::string_view text);
/// "a, b and c"; "none" for none.
std::string listed(const std::vector<std::string>& names);

/// Of text to the left and numbers to the right, lined up in Markdown too.
class Table {
 public:
  /// A title that begins with '>' is a column of numbers.
  explicit Table(const std::vector<std::string>& titles);

  /// As many cells as titles.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string markdown() const;

 private:
  std::vector<bool> numbers_;
  std::vector<std::string> titles_;
  std::vector<std::vector<std::string>> rows_;
};

class Document {
 public:
  explicit Document(std::string title);

  void section(std::string_view title);
  void subsection(std::string_view title);
  /// Markdown.
  void paragraph(std::string_view markdown);
  void list(const std::vector<std::string>& items);
  void table(const Table& table);
  /// Its name is the file's, figures/NAME.svg.
  void figure(Plot plot, std::string_view caption);

  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const std::string& markdown() const { return markdown_; }
  [[nodiscard]] const std::vector<Plot>& figures() const { return figures_; }

 private:
  std::string title_;
  std::string markdown_;
  std::vector<Plot> figures_;
};

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
