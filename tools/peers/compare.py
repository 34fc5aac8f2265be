#!/usr/bin/env python3
"""Compares the second-order default of tools/train, untouched, with its own SGD and AdamW, tuned, on test measures.

  tools/peers/compare.py --cifar DIR --output results
  tools/peers/compare.py --tasks digits,diabetes --trials 4 --epochs-scale 0.2 --output results

Every rival gets the same number of trials, drawn from a grid of learning rate, weight decay and schedule. A trial
trains on nine tenths of the training set; the rest of it chooses. Then all contestants run on the whole training set,
in turns. The test set chooses no setting. The default runs with the data, layers, activation, criterion, epochs, seed
and threads given, and no other option.

--output holds report.md, results.json with every run, and a folder for each run. Given again, the same command keeps
finished runs and continues the interrupted one; more tasks, contestants, trials or seeds add to them. Runs go one after
the other: leave the machine to them.

The tasks breast-cancer, digits and diabetes need a Python with numpy and scikit-learn, once, to write their data:
  python3 -m venv venv && venv/bin/pip install numpy scikit-learn
"""

import argparse
import os
import sys
from pathlib import Path

from compare_data import DataError, prepare
from compare_report import as_json, report
from compare_runs import RunError, finish, higher_is_better, make_run, write_json, write_text
from compare_tasks import CONTESTANTS, DEFAULT, TASKS, largest_search, plan_trials, scaled, settings_name

VALIDATION = "0.1"  # share of the training set


def listed(known):
    def read(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"found '{name}', expected some of {','.join(known)}")
        return list(dict.fromkeys(names))

    return read


def whole_numbers(text):
    try:
        return [count(number) for number in text.split(",")]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"found '{text}', expected whole numbers from 1 with commas between") from None


def count(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found '{text}', expected a whole number from 1")
    return int(text)


def trial_count(text):
    if count(text) > largest_search():
        raise argparse.ArgumentTypeError(f"found '{text}', expected at most {largest_search()}, the points of a grid")
    return int(text)


def factor(text):
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"found '{text}', expected a number above 0, at most 1000")
    return value


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    what = parser.add_argument_group("what is compared")
    what.add_argument("--tasks", type=listed(TASKS), default=list(TASKS), metavar="LIST",
                      help=f"with commas between; by default all: {', '.join(TASKS)}")
    what.add_argument("--contestants", type=listed(CONTESTANTS), default=list(CONTESTANTS), metavar="LIST",
                      help=f"by default all: {', '.join(CONTESTANTS)}")
    data = parser.add_argument_group("data")
    data.add_argument("--cifar", type=Path, metavar="DIR", help="CIFAR-10: its binary files, or a folder of images")
    data.add_argument("--fashion", type=Path, metavar="DIR",
                      help="Fashion-MNIST's IDX files; by default where tools/train looks for them")
    effort = parser.add_argument_group("effort")
    effort.add_argument("--trials", type=trial_count, default=12, metavar="N",
                        help=f"for each rival, from 1 to {largest_search()}; the first is a usual setting (12)")
    effort.add_argument("--seeds", type=whole_numbers, default=[1, 2, 3], metavar="LIST",
                        help="a run for each of these; trials have the first (1,2,3)")
    effort.add_argument("--epochs-scale", type=factor, default=1, metavar="X",
                        help="times the epochs that the table of tasks has (1)")
    effort.add_argument("--threads", type=count, default=len(os.sched_getaffinity(0)), metavar="N",
                        help="processor threads of every run; by default all")
    files = parser.add_argument_group("files")
    files.add_argument("--train", type=Path, default=Path("build/tools/train"), metavar="FILE",
                       help="the program (build/tools/train); the arm's data comes from reproduce beside it")
    files.add_argument("--output", type=Path, required=True, metavar="DIR", help="the folder for results; required")
    return parser.parse_args()


class Comparison:
    def __init__(self, options):
        self.options = options
        self.results = {}

    def run(self):
        data = {name: prepare(TASKS[name].data, self.options) for name in self.options.tasks}
        for name in self.options.tasks:
            self.task(name, {**data[name], **self.shared(name)})

    def shared(self, name):
        task = TASKS[name]
        return {**task.options, "layers": task.layers, "activation": task.activation, "criterion": task.criterion,
                "threads": self.options.threads}

    def task(self, name, shared):
        result = {"trials": {}, "chosen": {}, "runs": {}, "epochs": {}}
        self.results[name] = result
        for contestant in self.options.contestants:
            epochs = TASKS[name].default_epochs if contestant == DEFAULT else TASKS[name].epochs
            result["epochs"][contestant] = scaled(epochs, self.options.epochs_scale)
            result["trials"][contestant] = trials = self.search(name, contestant, shared)
            chosen = choose(trials, TASKS[name].selector) if trials else {}
            result["chosen"][contestant] = chosen
            if chosen is not None:
                result["runs"][contestant] = {}
        for seed in self.options.seeds:
            for contestant, runs in result["runs"].items():
                settings = result["chosen"][contestant]
                folder = Path("runs", name, contestant, settings_name(settings), f"seed-{seed}")
                run = self.start(f"{name} {contestant}, seed {seed}", folder,
                                 {**shared, **CONTESTANTS[contestant].options, **settings,
                                  "epochs": result["epochs"][contestant], "seed": seed}, f"test_{TASKS[name].measure}")
                runs[seed] = run
        self.write()

    def search(self, name, rival, shared):
        trials = []
        plan = plan_trials(rival, self.options.trials)
        for number, settings in enumerate(plan, start=1):
            words = settings_name(settings)
            run = self.start(f"{name} {rival}, trial {number} of {len(plan)}, {words}",
                             Path("search", name, rival, words),
                             {**shared, **CONTESTANTS[rival].options, **settings, "validation": VALIDATION,
                              "epochs": self.results[name]["epochs"][rival], "seed": self.options.seeds[0]},
                             TASKS[name].selector)
            trials.append((settings, run))
        return trials

    def start(self, name, folder, options, column):
        print(f"{name}: ", end="", flush=True)
        run = finish(make_run(name, self.options.output / folder, self.options.train, options))
        if run.metrics and column not in run.metrics[0]:
            raise RunError(f"{run.folder / 'metrics.csv'}: has no column {column}")
        best = run.best(column)
        found = f"{column} {best[0]:.4f} in epoch {best[1]['epoch']:.0f}, {best[1]['seconds']:.1f} s" if best else "-"
        print(f"{found}; failed: {run.record['message']}" if run.failed else found, flush=True)
        return run

    def write(self):
        output = self.options.output
        machine = f"{processor()}; --threads {self.options.threads}."
        write_json(output / "results.json", {"command": sys.argv, "machine": machine, "tasks": as_json(self.results)})
        write_text(output / "report.md", report(self.results, machine))


def choose(trials, column):
    """Settings of the trial with the best validation measure, of equal ones that with the lowest validation loss; None
    where all have failed."""
    def place(trial):
        value, row = trial[1].best(column)
        return -value if higher_is_better(column) else value, row["validation_loss"]

    able = [trial for trial in trials if not trial[1].failed and trial[1].best(column)]
    return min(able, key=place)[0] if able else None


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


if __name__ == "__main__":
    comparison = Comparison(arguments())
    try:
        comparison.run()
    except (DataError, RunError, OSError) as problem:
        print(f"\ncompare.py: {problem}", file=sys.stderr)
        sys.exit(1)
    print()
    print((comparison.options.output / "report.md").read_text(), end="")
