"""One run of tools/train in a folder of its own: kept when it is finished, continued when it is not.

The folder holds metrics.csv and run.json: the command, the outcome (unfinished, finished, failed: the numbers went out
of bounds), the reason of a failure, and the seconds that the program took with loading and evaluation.
"""

import csv
import ctypes
import json
import math
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

# They make OpenBLAS run the kernels of another processor.
SLOWING = "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"
PARAMETERS = "checkpoint.safetensors", "model.safetensors", "best.safetensors"
NUMBERS_OUT_OF_BOUNDS = 3


class RunError(Exception):
    pass


@dataclass
class Run:
    name: str  # for the display
    folder: Path
    command: list = field(default_factory=list)
    record: dict = field(default_factory=dict)
    metrics: list = field(default_factory=list)  # rows of metrics.csv, as numbers by column

    @property
    def failed(self):
        return self.record["outcome"] == "failed"

    def best(self, column):
        """(value, row) of the epoch with the best one, the first of equal ones; None where there is none."""
        rows = [row for row in self.metrics if math.isfinite(row[column])]
        if not rows:
            return None
        row = (max if higher_is_better(column) else min)(rows, key=lambda one: one[column])
        return row[column], row


def higher_is_better(column):
    return column.endswith("accuracy")


def make_run(name, folder, train, options):
    """`options` of tools/train, by name."""
    words = [word for option, value in options.items() for word in (f"--{option}", str(value))]
    return Run(name, folder, [str(train), *words, "--output", str(folder)])


def finish(run):
    """Runs it to its end, from where it was. Raises RunError where it fails for another reason than its numbers."""
    path = run.folder / "run.json"
    run.record = json.loads(path.read_text()) if path.exists() else {}
    if run.record and run.record["command"] != run.command:
        raise RunError(f"{path}: that run is '{' '.join(run.record['command'])}', found '{' '.join(run.command)}' now; "
                       "expected the same, or another --output")
    if run.record.get("outcome", "unfinished") == "unfinished":
        train(run, path)
    run.metrics = read_metrics(run.folder / "metrics.csv")
    for file in PARAMETERS:  # as large as the network, and nobody asks for them
        (run.folder / file).unlink(missing_ok=True)
    return run


def train(run, path):
    command = run.command
    if run.record and (run.folder / PARAMETERS[0]).exists():
        command = [*command, "--resume", str(run.folder)]
    elif run.folder.exists():
        shutil.rmtree(run.folder)
        run.record = {}
    run.folder.mkdir(parents=True, exist_ok=True)
    run.record = {"command": run.command, "outcome": "unfinished", "message": "",
                  "wall_seconds": run.record.get("wall_seconds", 0)}
    write_json(path, run.record)
    start = time.monotonic()
    try:
        result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                env={name: value for name, value in os.environ.items() if name not in SLOWING},
                                preexec_fn=end_with_parent)
    except OSError as problem:
        raise RunError(f"{command[0]}: cannot be started: {problem.strerror}") from problem
    message = (result.stderr.strip().splitlines() or [""])[-1]
    if result.returncode not in (0, NUMBERS_OUT_OF_BOUNDS):
        raise RunError(f"{run.name}: {message or f'exit status {result.returncode}'}")
    run.record["wall_seconds"] = round(run.record["wall_seconds"] + time.monotonic() - start, 3)
    run.record["outcome"] = "finished" if result.returncode == 0 else "failed"
    run.record["message"] = message if result.returncode else ""
    write_json(path, run.record)


def end_with_parent():
    """In the child: a kill of this program leaves no other that writes to the same folder."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def read_metrics(path):
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return [{column: float(value) for column, value in row.items()} for row in csv.DictReader(file)]


def write_json(path, value):
    write_text(path, json.dumps(value, indent=1) + "\n")


def write_text(path, text):
    partial = path.with_name(path.name + ".tmp")
    partial.write_text(text)
    os.replace(partial, path)
