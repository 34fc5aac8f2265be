#include "tools/reproduce/report/report.h"

#include <map>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/reproduce/report/cost_report.h"
#include "tools/reproduce/report/errors_report.h"
#include "tools/reproduce/report/experiment_file.h"
#include "tools/reproduce/report/html.h"
#include "tools/reproduce/report/program.h"
#include "tools/reproduce/report/race_report.h"
#include "tools/reproduce/report/training_report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

report::Document document_of(const std::filesystem::path& folder) {
  report::ExperimentFile experiment = report::read_experiment(folder);
  if (experiment.name == "hessian-errors") return report::errors_report(folder, experiment);
  if (experiment.name == "cost") return report::cost_report(folder, experiment);
  if (experiment.name == "race") return report::race_report(folder, experiment);
  return report::training_report(folder, std::move(experiment));
}

}  // namespace

void require_report_programs() {
  report::require_program("gnuplot", "gnuplot-nox");
  report::require_program("cmark-gfm", "cmark-gfm");
}

void write_report(const std::filesystem::path& experiment_folder) {
  const report::Document document = document_of(experiment_folder);
  std::map<std::string, std::string> figures;
  for (const report::Plot& plot : document.figures()) figures[fmt::format("figures/{}.svg", plot.name)] = draw(plot);
  const std::string page = report::html_page(document.title(), document.markdown(), figures);

  std::error_code error;
  std::filesystem::create_directories(experiment_folder / "figures", error);
  if (error)
    throw Error(fmt::format("{}: cannot be made: {}", (experiment_folder / "figures").string(), error.message()));
  for (const auto& [name, svg] : figures) replace_file(experiment_folder / name, svg);
  replace_file(experiment_folder / "report.md", document.markdown());
  replace_file(experiment_folder / "report.html", page);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
