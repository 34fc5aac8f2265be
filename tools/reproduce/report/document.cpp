#include "tools/reproduce/report/document.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "framework/error.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

/// Characters, where each is one column wide.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t columns, bool right) {
  const std::string space(columns - width(text), ' ');
  return right ? space + text : text + space;
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : one_line(text)) {
    if (std::string_view("\\`*_[]<>#~&").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string code(std::string_view text) {
  if (text.empty()) return "";
  const std::string fence(text.find('`') == std::string_view::npos ? "`" : "``");
  const std::string space(fence.size() > 1 ? " " : "");
  return fence + space + one_line(text) + space + fence;
}

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string text = names.front();
  for (std::size_t i = 1; i < names.size(); ++i)
    text += fmt::format("{}{}", i + 1 == names.size() ? " and " : ", ", names[i]);
  return text;
}

Table::Table(const std::vector<std::string>& titles) {
  for (const std::string& title : titles) {
    numbers_.push_back(title.starts_with('>'));
    titles_.push_back(numbers_.back() ? title.substr(1) : title);
  }
}

void Table::add(std::vector<std::string> cells) {
  if (cells.size() != titles_.size()) {
    throw Error(fmt::format("table row: found {} cells, expected {}", cells.size(), titles_.size()));
  }
  for (std::string& cell : cells) {
    for (std::size_t at = cell.find('|'); at != std::string::npos; at = cell.find('|', at + 2))
      cell.insert(at, 1, '\\');
  }
  rows_.push_back(std::move(cells));
}

std::string Table::markdown() const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < titles_.size(); ++column) {
    widths.push_back(std::max<std::size_t>(width(titles_[column]), 3));
    for (const auto& row : rows_) widths.back() = std::max(widths.back(), width(row[column]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += fmt::format(" {} |", padded(cells[i], widths[i], numbers_[i]));
    return text + "\n";
  };
  std::string text = line(titles_) + "|";
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string dashes(widths[i] - 1, '-');
    text += fmt::format(" {}{} |", dashes, numbers_[i] ? ':' : '-');
  }
  text += "\n";
  for (const auto& row : rows_) text += line(row);
  return text;
}

Document::Document(std::string title) : title_(std::move(title)), markdown_(fmt::format("# {}\n", escaped(title_))) {}

void Document::section(std::string_view title) { markdown_ += fmt::format("\n## {}\n", title); }

void Document::subsection(std::string_view title) { markdown_ += fmt::format("\n### {}\n", title); }

void Document::paragraph(std::string_view markdown) { markdown_ += fmt::format("\n{}\n", markdown); }

void Document::list(const std::vector<std::string>& items) {
  markdown_ += "\n";
  for (const std::string& item : items) markdown_ += fmt::format("- {}\n", item);
}

void Document::table(const Table& table) { markdown_.append("\n").append(table.markdown()); }

void Document::figure(Plot plot, std::string_view caption) {
  markdown_ += fmt::format("\n![{}](figures/{}.svg)\n\n*{}*\n", escaped(plot.title), plot.name, caption);
  figures_.push_back(std::move(plot));
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
