#!/usr/bin/env python3
"""Trains the networks of tools/train in PyTorch, from the same files, to be raced against it by tools/reproduce race.

What is the same: bytes and their normalisation, standardised targets of regression, Xavier initialisation (uniform, biases 0), batches in a new order each
epoch without the samples left over, losses (mean over samples of the sum over outputs), losses over the whole sets
after every epoch outside the clock, and the columns of metrics.csv. The numbers drawn are PyTorch's own.

Data lies in memory as one normalised tensor; a batch is one index_select; SGD and Adam are PyTorch's fused ones. SOAP
needs the package pytorch-optimizer, k-fac the package asdfghjkl (ASDL). --describe says as JSON what is installed.
Exit status: 0 trained, 1 failed, 2 wrong usage, 3 stopped because the numbers went out of bounds.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import math
import os
import platform
import sys
import time
from pathlib import Path

PACKAGES = {"torch": "torch", "numpy": "numpy", "pytorch-optimizer": "pytorch_optimizer", "asdfghjkl": "asdl"}
NEEDED = {"sgd": ["torch", "numpy"], "adam": ["torch", "numpy"], "soap": ["torch", "numpy", "pytorch-optimizer"],
          "k-fac": ["torch", "numpy", "asdfghjkl"]}


def missing(optimizer):
    return [name for name in NEEDED[optimizer] if importlib.util.find_spec(PACKAGES[name]) is None]


def describe():
    versions = {"python": platform.python_version()}
    for name, module in PACKAGES.items():
        if importlib.util.find_spec(module):
            versions[name] = importlib.metadata.version(name)
    if "torch" in versions:
        import torch

        blas = [line.strip(" -") for line in torch.__config__.show().splitlines() if "Math Kernel Library" in line]
        versions["products of matrices"] = blas[0].split(" for ")[0] if blas else "no MKL"
        versions["kernels of PyTorch"] = torch.backends.cpu.get_cpu_capability()
    return {"versions": versions, "missing": {name: missing(name) for name in NEEDED if missing(name)}}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--describe", action="store_true", help="what is installed, as JSON, and nothing else")
    parser.add_argument("--dataset", choices=["cifar-10", "fashion-mnist", "npy"])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--task", choices=["classification", "regression", "autoencoder"],
                        help="by default classification for images, regression for npy")
    parser.add_argument("--layers", help="such as 784-512-10")
    parser.add_argument("--activation", choices=["sigmoid", "tanh", "relu"], default="sigmoid")
    parser.add_argument("--criterion", default="cross-entropy",
                        choices=["cross-entropy", "sigmoid-cross-entropy", "squared-error", "tukey-biweight"])
    parser.add_argument("--optimizer", choices=list(NEEDED), default="adam")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.9, help="of sgd and k-fac")
    parser.add_argument("--damping", type=float, default=0.03, help="of k-fac")
    parser.add_argument("--every", type=int, default=10, help="steps between preconditioners of soap and k-fac")
    parser.add_argument("--largest-side", type=int, default=10000,
                        help="of soap: sides of weights that are longer have no preconditioner")
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--target-loss", type=float, help="end after the first epoch with at most this training loss")
    parser.add_argument("--limit", type=float, default=math.inf, help="seconds of training; may end within an epoch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--output", type=Path)
    parsed = parser.parse_args()
    if not parsed.describe:
        for name in "dataset", "data", "layers", "output":
            if getattr(parsed, name) is None:
                parser.error(f"--{name}: missing, expected it")
        if not parsed.task:
            parsed.task = "regression" if parsed.dataset == "npy" else "classification"
    return parsed


def main(given):
    import torch

    from race_data import load
    from race_losses import LOSSES, make_optimizer, measure

    torch.set_num_threads(given.threads)
    train, test = load(given.dataset, given.data, given.task, given.criterion)
    layers = [int(size) for size in given.layers.split("-")]
    if given.batch_size > train.size:
        raise SystemExit(usage(f"--batch-size {given.batch_size}: more than the {train.size} training samples"))
    if layers[0] != train.inputs.shape[1] or layers[-1] != train.outputs:
        raise SystemExit(usage(f"--layers {given.layers}: expected {train.inputs.shape[1]} inputs and {train.outputs} "
                               "outputs, those of the data"))
    loss = LOSSES[given.criterion]
    # What PyTorch loads and chooses in its first steps is no training: a small network of its own pays for it.
    small = [min(size, 32) for size in layers]
    targets = train.targets[: given.batch_size]
    warm_up = make_optimizer(make_network(small, given.activation), loss, given)
    for _ in range(2):
        warm_up(train.inputs[: given.batch_size, : small[0]], targets if targets.dim() == 1 else targets[:, : small[-1]])
    torch.manual_seed(given.seed)
    network = make_network(layers, given.activation)
    step = make_optimizer(network, loss, given)

    given.output.mkdir(parents=True, exist_ok=True)
    name = "accuracy" if given.task == "classification" else "rmse"
    rows = [f"epoch,step,seconds,train_loss,train_{name},test_loss,test_{name}"]
    steps = train.size // given.batch_size
    seconds = 0.0
    for epoch in range(1, given.epochs + 1):
        start = time.perf_counter()
        order = torch.randperm(train.size)
        for batch in order[: steps * given.batch_size].split(given.batch_size):
            step(train.inputs.index_select(0, batch), train.targets.index_select(0, batch))
            if seconds + time.perf_counter() - start > given.limit:
                print(f"stopped in epoch {epoch}, after {given.limit} s of training", flush=True)
                return 0
        seconds += time.perf_counter() - start
        train_loss, train_measure = measure(network, loss, train, given.task)
        test_loss, test_measure = measure(network, loss, test, given.task)
        if not math.isfinite(train_loss):
            print(f"train.py: epoch {epoch}: the loss after its last step is {train_loss}, expected a finite number",
                  file=sys.stderr)
            return 3
        rows.append(f"{epoch},{epoch * steps},{seconds:.6f},{train_loss:.9g},{train_measure:.9g},{test_loss:.9g},"
                    f"{test_measure:.9g}")
        write_whole(given.output / "metrics.csv", "\n".join(rows) + "\n")
        print(f"epoch {epoch}  {seconds:.2f} s  train loss {train_loss:.6g}  test loss {test_loss:.6g}", flush=True)
        if given.target_loss is not None and train_loss <= given.target_loss:
            break
    return 0


def make_network(layers, activation):
    from torch import nn

    kinds = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
    parts = []
    for inputs, outputs in zip(layers, layers[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        parts += [linear, kinds[activation]()]
    return nn.Sequential(*parts[:-1])


def write_whole(path, text):
    partial = path.with_suffix(".tmp")
    partial.write_text(text)
    partial.replace(path)


def usage(message):
    print(f"train.py: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    asked = options()
    if asked.describe:
        print(json.dumps(describe()))
        sys.exit(0)
    if missing(asked.optimizer):
        print(f"train.py: {asked.optimizer}: packages {', '.join(missing(asked.optimizer))} are missing", file=sys.stderr)
        sys.exit(1)
    try:
        sys.exit(main(asked))
    except (OSError, ValueError, RuntimeError) as problem:
        # Matrices that cannot be inverted are numbers out of bounds; they come as torch's LinAlgError.
        print(f"train.py: {' '.join(str(problem).split())}", file=sys.stderr)
        sys.exit(3 if type(problem).__name__ in ("LinAlgError", "_LinAlgError") else 1)
