#include "tools/command_line/optimizer_options.h"

#include <fmt/args.h>
#include <fmt/core.h>

#include "framework/error.h"
#include "tools/command_line/optimizer_table.h"
#include "tools/command_line/presets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Throws UsageError for an option that is given and has no effect.
void refuse_without_effect(const ArgumentValues& values, const OptimizerOptions& options) {
  const OptimizerKind& kind = *options.kind;
  const std::string optimizer = fmt::format("--optimizer {}", kind.name);
  if (!kind.second_order) values.refuse("preset", optimizer);
  for (const OptimizerOption& row : optimizer_table()) {
    const std::string reason = row.is_of(kind) ? row.without_effect(options) : optimizer;
    if (!reason.empty()) values.refuse(row.name, reason);
  }
}

/// Calls `use` for each row that the optimizer reads.
template <class Use>
void for_rows_of(const OptimizerKind& kind, const Use& use) {
  for (const OptimizerOption& row : optimizer_table()) {
    if (row.is_of(kind)) use(row);
  }
}

}  // namespace

std::map<std::string, std::string> OptimizerOptions::optimizer_settings() const {
  std::map<std::string, std::string> settings{{"optimizer", std::string(kind->name)}};
  for_rows_of(*kind, [&](const OptimizerOption& row) {
    if (row.is_setting(*this)) settings.insert({row.name, row.text(*this)});
  });
  if (schedule.kind != LearningRateSchedule::Kind::Constant) {
    settings.insert({"learning-rate-schedule", std::string(name(schedule.kind))});
  }
  if (schedule.warm_up > 0) settings.insert({"warm-up", fmt::format("{}", schedule.warm_up)});
  if (tf32) settings.insert({"tf32", "true"});
  return settings;
}

std::string OptimizerOptions::optimizer_name() const {
  return kind->second_order ? fmt::format("{}+{}", curvature->name, solver->name) : std::string(kind->name);
}

std::string OptimizerOptions::describe_optimizer() const {
  std::string line(kind->name);
  const char* separator = ": ";
  for_rows_of(*kind, [&](const OptimizerOption& row) {
    const std::string value = row.text(*this);
    const bool has_effect = row.without_effect(*this).empty();
    if (!has_effect || *row.label == '\0' || value == row.off || value == "auto") return;
    line += separator + fmt::format(fmt::runtime(row.label), value);
    separator = ", ";
  });
  if (schedule.kind != LearningRateSchedule::Kind::Constant || schedule.warm_up > 0) {
    line += fmt::format(", schedule {}", describe(schedule));
  }
  return line;
}

void add_optimizer_options(OptionGroup& group, OptionGroup& second_order, std::string_view preset) {
  group.add("optimizer", "NAME", "second-order", listed("one of these:", optimizer_kinds(), [](const auto& kind) {
              return fmt::format("{}: {}", kind.name, kind.description);
            }));
  second_order.add("preset", "NAME", std::string(preset).c_str(),
                   listed("values of the second-order options that you leave out:", presets(),
                          [](const auto& p) { return fmt::format("{}: {}", p.name, p.description); }));
  const OptimizerOptions initial;
  for (const OptimizerOption& row : optimizer_table()) {
    if (row.has_presets()) {
      OptionGroup& its_group = row.by_kind ? group : second_order;
      its_group.add(row.name, row.value, nullptr, with_presets(row.name, row.help, preset) + row.choices);
    } else {
      const std::string value = row.text(initial);
      group.add(row.name, row.value, row.by_kind ? nullptr : value.c_str(), row.help);
    }
  }
  group.add_flag("tf32", "(CUDA build) round the factors of matrix products to TF32, which is faster");
}

void add_schedule_options(OptionGroup& group) {
  group.add("learning-rate-schedule", "NAME", "constant",
            "learning rate after the warm-up: constant, or falling to 0 at the end of the run, in a line (linear) or "
            "half a cosine (cosine)");
  group.add("warm-up", "N", "0", "raise the learning rate linearly over the first N steps (N >= 0)");
}

void read_rates(const ArgumentValues& values, OptimizerOptions& options) {
  for (const OptimizerOption& row : optimizer_table()) {
    if (row.by_kind) row.read(values, options);
  }
}

void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options) {
  options.kind = values.named("optimizer", [](const auto& name) { return &optimizer_kind(name); });
  for (const OptimizerOption& row : optimizer_table()) row.read(values, options);
  options.tf32 = values.flag("tf32");
  refuse_without_effect(values, options);
  if (options.kind->second_order) as_option([&] { require_fitting(*options.curvature, criterion); });
}

void read_schedule_options(const ArgumentValues& values, OptimizerOptions& options) {
  if (options.kind->learning_rate == 0) {
    for (const char* option : {"learning-rate-schedule", "warm-up"}) {
      values.refuse(option, fmt::format("--optimizer {}", options.kind->name));
    }
  }
  options.schedule.kind = values.named("learning-rate-schedule", schedule_from_name);
  options.schedule.warm_up =
      values.number<int>("warm-up", "a whole number from 0 to 2147483647", [](int n) { return n >= 0; });
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed,
                                          std::int64_t steps) {
  OptimizerOptions of_run = options;
  of_run.schedule.steps = steps;
  return options.kind->make(of_run, plan, seed);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
