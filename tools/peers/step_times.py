#!/usr/bin/env python3
"""Times training steps of curvegraph (tools/bench) beside the same steps in PyTorch and in K-FAC libraries.

Needs PyTorch, and for the rows of K-FAC the packages asdfghjkl and singd; torch.compile needs a C++ compiler:

  python3 -m venv venv
  venv/bin/pip install torch numpy asdfghjkl singd
  venv/bin/python tools/peers/step_times.py --bench build/tools/bench

Nothing else in this project depends on these. All programs take turns: in every round each takes some steps, so that
what else runs on the machine slows all of them. Times are medians over all rounds, ratios medians of the rounds'.
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

# They make OpenBLAS run the kernels of an older processor.
SLOWING = "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"

NETWORKS = {
    "cifar-10": "3072-1024-512-256-128-64-32-16-10",
    "imagenet-10": "150528-1024-512-256-128-64-32-16-10",
}
OURS = "pch-1+ea-cg", "sgd", "fisher+kfi", "pch-1+kfi"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("build/tools/bench"), help="the program of this project")
    parser.add_argument("--network", action="append", metavar="LAYERS:BATCH[,BATCH...]",
                        help="may be repeated; default cifar-10:100,500,1000 and imagenet-10:100")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10, help="of each program in a round")
    parser.add_argument("--warm-up", type=int, default=3, help="steps before these, in every round")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", action="append", default=[], metavar="TEXT",
                        help="leave out the programs of PyTorch whose name holds it; may be repeated")
    parser.add_argument("--json", type=Path, help="write all times there")
    return parser.parse_args()


def bench_steps(options, layers, batch):
    """name -> seconds of steps; seconds of a plain product of the first layer's forward pass; what ran it"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.json"
        command = [options.bench, "--layers", layers, "--batch-size", batch, "--preset", "paper", "--compare",
                   ",".join(OURS[1:]), "--steps", options.steps, "--warm-up", options.warm_up, "--threads",
                   options.threads, "--seed", options.seed, "--json", path]
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(path.read_text())
    times = {f"curvegraph {one['name']}": sum(one["rounds"], []) for one in found["optimizers"]}
    sizes = [int(size) for size in layers.split("-")]
    plain = next(one for one in found["plain_products"] if not one["transpose_a"] and not one["transpose_b"]
                 and (one["rows"], one["cols"], one["inner"]) == (sizes[1], batch, sizes[0]))
    return times, plain["seconds"]["median"], f"{found['machine']['blas']}, {found['machine']['processor']}"


def torch_steps(options, program):
    for _ in range(options.warm_up):
        program.step()
    times = []
    for _ in range(options.steps):
        start = time.perf_counter()
        program.step()
        times.append(time.perf_counter() - start)
    loss = float(program.step().detach())
    if loss != loss or loss in (float("inf"), float("-inf")):
        raise SystemExit(f"step_times.py: {type(program).__name__}: the loss is {loss}, expected a finite number")
    return times


def torch_plain(torch, sizes, batch):
    a, b = torch.ones(batch, sizes[0]), torch.ones(sizes[1], sizes[0])
    times = []
    for _ in range(5):
        start = time.perf_counter()
        torch.mm(a, b.t())
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(options, torch, torch_programs, layers, batch):
    sizes = [int(size) for size in layers.split("-")]
    data = torch_programs.make_batch(sizes, batch, options.seed)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    makers = {name: make for name, make in torch_programs.programs(sizes, memory).items()
              if not any(text in name for text in options.without)}
    # A large network one program at a time, made anew in every round.
    large = 4 * sizes[0] * sizes[1] > 100e6
    kept = {} if large else {name: make(sizes, data, options.seed) for name, make in makers.items()}
    for program in kept.values():
        torch_steps(options, program)
    rounds, plain = [], []
    for number in range(options.rounds):
        if sys.stderr.isatty():
            print(f"\r\033[K{layers}, batch {batch}: round {number + 1} of {options.rounds}", end="", file=sys.stderr)
        times, ours, machine = bench_steps(options, layers, batch)
        for name, make in makers.items():
            times[name] = torch_steps(options, kept.get(name) or make(sizes, data, options.seed))
        rounds.append(times)
        plain.append((ours, torch_plain(torch, sizes, batch)))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return rounds, plain, machine


def ratio(rounds, ours, theirs):
    """median and quartiles over the rounds"""
    found = [statistics.median(times[ours]) / statistics.median(times[theirs]) for times in rounds]
    if len(found) == 1:
        return found[0], found[0], found[0]
    lower, median, upper = statistics.quantiles(found, n=4, method="inclusive")
    return median, lower, upper


def fastest(rounds, text):
    """The program with the smallest median among those whose name starts with it; None where there is none."""
    names = [name for name in rounds[0] if name.startswith(text)]
    return min(names, key=lambda name: statistics.median(sum((one[name] for one in rounds), [])), default=None)


def print_rows(layers, batch, rounds):
    for name in rounds[0]:
        lower, median, upper = statistics.quantiles(sum((times[name] for times in rounds), []), n=4, method="inclusive")
        to_sgd = ratio(rounds, name, "curvegraph sgd")[0]
        print(f"{layers:<12} {batch:>5}  {name:<26} {median * 1e3:>9.2f} {lower * 1e3:>9.2f} {upper * 1e3:>9.2f} "
              f"{batch / median:>11.0f} {to_sgd:>9.3f}", flush=True)


def comparisons(rounds):
    """(ours, theirs) of the ratios that are wanted"""
    k_fac = min((name for name in (fastest(rounds, "asdl"), fastest(rounds, "singd")) if name),
                key=lambda name: statistics.median(sum((one[name] for one in rounds), [])), default=None)
    wanted = [("curvegraph sgd", fastest(rounds, "torch sgd")), ("curvegraph pch-1+ea-cg", "curvegraph sgd"),
              ("curvegraph pch-1+ea-cg", fastest(rounds, "torch sgd")),
              ("curvegraph pch-1+ea-cg", fastest(rounds, "torch adam")), ("curvegraph fisher+kfi", k_fac)]
    return [(ours, theirs) for ours, theirs in wanted if theirs]


def main():
    options = arguments()
    if any(name in os.environ for name in SLOWING):
        kept = {name: value for name, value in os.environ.items() if name not in SLOWING}
        os.execve(sys.executable, [sys.executable, *sys.argv], kept)
    # What the libraries say of each other's deprecations would tear the table.
    warnings.filterwarnings("ignore")
    import torch

    torch._logging.set_logs(all=logging.ERROR)
    import torch_steps as torch_programs

    torch.set_num_threads(options.threads)
    results = []
    print(f"{'network':<12} {'batch':>5}  {'program':<26} {'ms':>9} {'25 %':>9} {'75 %':>9} {'samples/s':>11} "
          f"{'to sgd':>9}")
    for network in options.network or ["cifar-10:100,500,1000", "imagenet-10:100"]:
        name, _, batches = network.partition(":")
        layers = NETWORKS.get(name, name)
        for batch in (int(text) for text in batches.split(",")):
            rounds, plain, machine = measure(options, torch, torch_programs, layers, batch)
            results.append({"network": name, "layers": layers, "batch": batch, "rounds": rounds, "plain": plain})
            print_rows(name, batch, rounds)
    print("\nratios of steps, medians of the rounds' with quartiles")
    for one in results:
        for ours, theirs in comparisons(one["rounds"]):
            median, lower, upper = ratio(one["rounds"], ours, theirs)
            print(f"{one['network']:<12} {one['batch']:>5}  {ours} / {theirs}: {median:.3f} ({lower:.3f} to {upper:.3f})")
        ours, theirs = (statistics.median(times) for times in zip(*one["plain"]))
        print(f"{one['network']:<12} {one['batch']:>5}  plain product of the first layer, curvegraph's BLAS / PyTorch's: "
              f"{ours / theirs:.3f}")
    print(f"\nto sgd: time as a multiple of curvegraph's sgd; {options.rounds} rounds of {options.steps} steps, "
          f"{options.threads} threads\ncurvegraph: {machine}; PyTorch {torch.__version__}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
