#pragma once

#include <string>
#include <vector>

#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/race_results.h"

/// The parts of a race's report about one task.

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// "learning-rate 0.1, batch-size 100"; "untouched" for none.
std::string spoken_settings(const std::map<std::string, std::string>& settings);

/// Seconds and epochs to 80 % and to the target by entrant, ratios to the fastest of all but the entrant `apart`.
Table race_table(const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants, double limit,
                 const std::string& apart);
/// The same with the entrant `apart` as what ratios are to.
Table leave_one_out_table(const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants, double limit,
                          const std::string& apart);
/// Cost of steps and epochs, and losses at equal epochs.
Table ranks_table(const std::vector<RaceEntrant>& entrants);

/// Training loss against seconds or epochs: by entrant the median over seeds, up to the last epoch that all have, and
/// thin lines by seed. Losses far above the plateau are left out.
Plot race_plot(const RaceTaskResults& task, const std::string& section, bool against_seconds);

/// Runs that are not finished, with what they said.
void add_unfinished_runs(Table& table, const RaceTaskResults& task, const std::vector<RaceEntrant>& entrants);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
