"""What runs come to: numbers by task and rival, medians over seeds, and tables in Markdown."""

import math
import statistics

from compare_runs import higher_is_better
from compare_tasks import CONTESTANTS, DEFAULT, TASKS, settings_name

NOTE = """Seconds are of training, without loading and evaluation. Numbers are medians over seeds, with their range in \
brackets. Settings of rivals were chosen by the best measure on a tenth of the training set (arm-tukey: the best loss, as its \
training targets have outliers); the default had no trial. \
Then all ran on the whole training set. "Best" is the best epoch on the test set, for all alike. A rival and the \
default are compared seed by seed."""


def compare_seed(rival, ours, column):
    """The default's run beside a rival's of the same seed; None where one of them has no numbers."""
    best = rival.best(column)
    if best is None or ours.best(column) is None:
        return None
    goal, row = best
    seconds = row["seconds"]
    there = [one for one in ours.metrics if at_least_as_good(one[column], goal, column)]
    within = [one[column] for one in ours.metrics if one["seconds"] <= seconds and math.isfinite(one[column])]
    to_goal = there[0]["seconds"] if there else None
    return {"rival_best": goal, "rival_seconds": seconds, "default_seconds": to_goal,
            "ratio": to_goal / seconds if there and seconds > 0 else None,
            "default_within": (max if higher_is_better(column) else min)(within) if within else None,
            "reached": bool(there)}


def at_least_as_good(value, goal, column):
    return value >= goal if higher_is_better(column) else value <= goal


def compare(rival_runs, default_runs, column):
    """By seed, of the seeds that both have."""
    pairs = {seed: compare_seed(run, default_runs[seed], column) for seed, run in rival_runs.items()
             if seed in default_runs}
    return {seed: pair for seed, pair in pairs.items() if pair}


def seconds_text(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def measure_text(value):
    return f"{value:.4f}"


def ratio_text(value):
    return f"{value:.2f}"


def middle(values, text, missing):
    """Median and range as text. A None stands for something beyond all others: it never came."""
    if not values:
        return ""
    ordered = sorted(math.inf if value is None else value for value in values)
    shown = [text(value) if math.isfinite(value) else missing
             for value in (statistics.median(ordered), ordered[0], ordered[-1])]
    return shown[0] if len(ordered) == 1 else f"{shown[0]} ({shown[1]} to {shown[2]})"


def table(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "| " + " | ".join(["---"] * len(titles)) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


COMPARED = [("rival_best", measure_text, ""), ("rival_seconds", seconds_text, ""),
            ("default_seconds", seconds_text, "never"), ("ratio", ratio_text, "-"),
            ("default_within", measure_text, "no epoch")]


def comparison_rows(results):
    rows = []
    for name, task in results.items():
        column = f"test_{TASKS[name].measure}"
        for rival, runs in task["runs"].items():
            if rival == DEFAULT or DEFAULT not in task["runs"]:
                continue
            pairs = compare(runs, task["runs"][DEFAULT], column)
            shown = {key: middle([pair[key] for pair in pairs.values()], text, missing)
                     for key, text, missing in COMPARED}
            reached = sum(pair["reached"] for pair in pairs.values())
            rows.append([name, CONTESTANTS[rival].title, column.replace("_", " "), *shown.values(),
                         f"{reached} of {len(pairs)}"])
    return rows


def contestant_rows(results):
    rows = []
    for name, task in results.items():
        column = f"test_{TASKS[name].measure}"
        for contestant, runs in task["runs"].items():
            best = [found for run in runs.values() if (found := run.best(column))]
            last = [run.metrics[-1][column] for run in runs.values() if run.metrics]
            rows.append([name, CONTESTANTS[contestant].title, middle([value for value, _ in best], measure_text, ""),
                         middle([row["seconds"] for _, row in best], seconds_text, ""),
                         middle([row["epoch"] for _, row in best], "{:.0f}".format, ""),
                         str(task["epochs"][contestant]), middle(last, measure_text, "")])
    return rows


def search_rows(results):
    rows = []
    for name, task in results.items():
        for rival, trials in task["trials"].items():
            if not trials:
                continue
            chosen = task["chosen"].get(rival)
            seconds = sum(run.metrics[-1]["seconds"] for _, run in trials if run.metrics)
            failed = sum(run.failed for _, run in trials)
            rows.append([name, CONTESTANTS[rival].title, f"{len(trials)}" + (f", {failed} failed" if failed else ""),
                         seconds_text(seconds), settings_name(chosen) if chosen is not None else "none trains"])
    return rows


def failures(results):
    found = []
    for task in results.values():
        for runs in task["runs"].values():
            found += [f"- {run.name}: {run.record['message']}" for run in runs.values() if run.failed]
    return found


def report(results, machine):
    """`results` by task: runs by contestant and seed, trials as (settings, run), chosen settings, epochs."""
    parts = ["# The default and tuned first-order methods on test measures", f"{NOTE}\n\n{machine}"]
    rows = comparison_rows(results)
    if rows:
        parts += ["## Time to a rival's best", table(
            ["task", "rival", "measure", "its best", "seconds to it", "seconds of the default to it", "ratio",
             "best of the default within the rival's seconds", "reached in seeds"], rows)]
    parts += ["## What each came to", table(["task", "contestant", "best", "seconds to it", "epoch", "of epochs",
                                             "after the last epoch"], contestant_rows(results))]
    rows = search_rows(results)
    if rows:
        parts += ["## What was chosen", table(["task", "rival", "trials", "their seconds", "settings"], rows)]
    failed = failures(results)
    if failed:
        parts += ["## Runs that failed", "\n".join(failed)]
    return "\n\n".join(parts) + "\n"


def as_json(results):
    """Every run with its settings and metrics, and the comparison by seed."""
    tasks = {}
    for name, task in results.items():
        column = f"test_{TASKS[name].measure}"
        ours = task["runs"].get(DEFAULT, {})
        tasks[name] = {
            "title": TASKS[name].title, "measure": column, "selected_by": TASKS[name].selector,
            "epochs": task["epochs"], "chosen": task["chosen"],
            "comparison": {rival: compare(runs, ours, column) for rival, runs in task["runs"].items()
                           if rival != DEFAULT},
            "trials": {rival: [one_run(run, settings) for settings, run in trials]
                       for rival, trials in task["trials"].items() if trials},
            "runs": {contestant: {seed: one_run(run, task["chosen"][contestant]) for seed, run in runs.items()}
                     for contestant, runs in task["runs"].items()}}
    return tasks


def one_run(run, settings):
    columns = run.metrics[0] if run.metrics else {}
    return {"settings": settings, **run.record,
            "metrics": {column: [row[column] if math.isfinite(row[column]) else None for row in run.metrics]
                        for column in columns}}
