#!/usr/bin/env python3
"""How fast programs fit small networks to many digits: tools/train --optimizer levenberg-marquardt beside SciPy's
least_squares with exact Jacobians, PyTorch's L-BFGS, torch-levenberg-marquardt, pyrenn and kfac-jax, all in double.

  precision.py --train build/tools/train --output DIR [--problems exp,...] [--seeds 5] [--limit SECONDS]

Every contestant starts from the same weights (but pyrenn, which draws its own) and fits the same standardised numbers.
Runs are in turns, on --threads threads, each to its --limit. report.md has, for each problem and contestant, the median
over the seeds of the lowest rmse within the limit, and of the seconds to the rmse that the best peer reaches; figure.svg
and results.json have every curve. arm, diabetes and breast-cancer hold samples out: their rmse is that of these. Needs
numpy and scipy, for the last two scikit-learn; of the other peers what is installed takes part.
"""
import argparse
import csv
import json
import os
import pathlib
import subprocess
import time

import numpy as np

from precision_figure import figure
from precision_peers import CONTESTANTS, initial_weights
from precision_problems import PROBLEMS


def write_data(folder, problem):
    folder.mkdir(parents=True, exist_ok=True)
    for part, (inputs, targets) in (("train", (problem.inputs, problem.targets)), ("test", problem.measured())):
        np.save(folder / f"{part}_inputs.npy", inputs)
        np.save(folder / f"{part}_targets.npy", targets)


def curvegraph_curve(train, problem, folder, seed, limit, threads):
    """Seconds of training and rmse, from metrics.csv."""
    write_data(folder / "data", problem)
    out = folder / f"seed-{seed}"
    command = [train, "--dataset", "npy", "--data", folder / "data", "--task", "regression",
               "--layers", "-".join(map(str, problem.layers)), "--activation", "tanh",
               "--optimizer", "levenberg-marquardt", "--epochs", "100000", "--seed", seed, "--threads", threads,
               "--output", out]
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    curve = []
    # The program ends when it has converged. Its own clock leaves evaluation and files out.
    while process.poll() is None and not (curve and curve[-1][0] >= limit):
        time.sleep(0.2)
        curve = read_metrics(out / "metrics.csv")
    process.kill()
    process.wait()
    return [point for point in read_metrics(out / "metrics.csv") if point[0] <= limit]


def read_metrics(path):
    if not path.exists():
        return []
    with open(path) as file:
        return [(float(row["seconds"]), float(row["test_rmse"])) for row in csv.DictReader(file)]


def seconds_to(curve, target):
    return next((seconds for seconds, rmse in curve if rmse <= target), None)


def median(values):
    """None, which is never, counts as the largest."""
    ordered = sorted(values, key=lambda value: float("inf") if value is None else value)
    return ordered[len(ordered) // 2]


def text(value, form):
    return "never" if value is None else format(value, form)


def report(results, limit):
    lines = ["# Fits to high precision", "", f"Medians over seeds; {limit:g} s each.", "",
             "| problem | contestant | lowest rmse | seconds to the best peer's rmse | to 1e-3 | to 1e-5 | to 1e-7 |",
             "|---|---|---|---|---|---|---|"]
    for problem, runs in results.items():
        lowest = {name: median([min((rmse for _, rmse in curve), default=float("inf")) for curve in curves])
                  for name, curves in runs.items()}
        peers = [value for name, value in lowest.items() if name != "curvegraph"]
        target = min(peers, default=float("inf")) * 1.0001
        for name, curves in runs.items():
            times = [median([seconds_to(curve, level) for curve in curves]) for level in (target, 1e-3, 1e-5, 1e-7)]
            lines.append(f"| {problem} | {name} | {lowest[name]:.2e} | "
                         + " | ".join(text(value, ".2f") for value in times) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True, help="the program, such as build/tools/train")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("--problems", default=",".join(PROBLEMS), help="by default all: %(default)s")
    parser.add_argument("--contestants", default="curvegraph," + ",".join(CONTESTANTS), help="by default %(default)s")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=20, help="seconds of a run")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    results = {}
    for name in options.problems.split(","):
        problem = PROBLEMS[name]()
        runs = results.setdefault(name, {})
        for seed in range(1, options.seeds + 1):
            weights = initial_weights(problem.layers, seed)
            for contestant in options.contestants.split(","):
                if contestant == "curvegraph":
                    curve = curvegraph_curve(options.train, problem, options.output / name, seed, options.limit,
                                             options.threads)
                else:
                    curve = CONTESTANTS[contestant](problem, weights, options.limit)
                if curve is None:
                    continue  # not installed
                runs.setdefault(contestant, []).append(curve)
                print(f"{name}, seed {seed}, {contestant}: rmse {min((r for _, r in curve), default=float('nan')):.2e} "
                      f"after {curve[-1][0] if curve else 0:.1f} s", flush=True)
                options.output.mkdir(parents=True, exist_ok=True)
                (options.output / "results.json").write_text(json.dumps(results))
                (options.output / "report.md").write_text(report(results, options.limit))
    (options.output / "figure.svg").write_text(figure(results))
    print(report(results, options.limit))


if __name__ == "__main__":
    main()
