"""What is compared: tasks, contestants and the grids that rivals are tuned over. Tables; nothing here runs."""

import collections
import itertools
import random
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Task:
    title: str
    data: str  # a key of compare_data.SOURCES
    layers: str
    activation: str
    criterion: str
    measure: str  # of the test set: accuracy or rmse
    epochs: int  # of rivals: enough to reach their best test measure
    default_epochs: int
    options: dict = field(default_factory=dict)  # others of tools/train
    chosen_by: str = ""  # column of the validation set, by default that of the measure

    @property
    def selector(self):
        return self.chosen_by or f"validation_{self.measure}"


TASKS = {
    "cifar-sigmoid": Task("CIFAR-10, eight sigmoid layers", "cifar", "3072-1024-512-256-128-64-32-16-10", "sigmoid",
                          "cross-entropy", "accuracy", epochs=60, default_epochs=20),
    "cifar-relu": Task("CIFAR-10, three ReLU layers", "cifar", "3072-512-256-10", "relu", "cross-entropy", "accuracy",
                       epochs=40, default_epochs=20),
    "fashion-sigmoid": Task("Fashion-MNIST, eight sigmoid layers", "fashion", "784-512-256-128-64-32-16-10", "sigmoid",
                            "cross-entropy", "accuracy", epochs=60, default_epochs=30),
    "fashion-relu": Task("Fashion-MNIST, three ReLU layers", "fashion", "784-256-128-10", "relu", "cross-entropy",
                         "accuracy", epochs=40, default_epochs=20),
    "autoencoder": Task("Autoencoder of Fashion-MNIST", "fashion", "784-1000-500-250-30-250-500-1000-784", "sigmoid",
                        "sigmoid-cross-entropy", "rmse", epochs=50, default_epochs=30,
                        options={"task": "autoencoder"}),
    # The validation targets have outliers, as they are of the training set: their loss counts, not their rmse.
    "arm-tukey": Task("Two-link arm with outliers, clean test targets", "arm", "8-64-64-64-64-2", "tanh",
                      "tukey-biweight", "rmse", epochs=200, default_epochs=100, chosen_by="validation_loss"),
    "breast-cancer": Task("Breast cancer", "breast-cancer", "30-64-32-2", "relu", "cross-entropy", "accuracy",
                          epochs=200, default_epochs=100, options={"targets": "target"}),
    "digits": Task("Digits of 8 x 8 pixels", "digits", "64-64-32-10", "relu", "cross-entropy", "accuracy", epochs=150,
                   default_epochs=60, options={"targets": "target"}),
    "diabetes": Task("Diabetes, targets in deviations", "diabetes", "10-32-16-1", "relu", "squared-error", "rmse",
                     epochs=300, default_epochs=100, options={"targets": "target"}),
}


@dataclass(frozen=True)
class Contestant:
    title: str
    options: dict  # of tools/train, always
    grid: dict = field(default_factory=dict)  # that it is tuned over; empty: it runs untouched
    usual: dict = field(default_factory=dict)  # the first trial


DEFAULT = "default"
SCHEDULES = ["constant", "cosine"]

CONTESTANTS = {
    DEFAULT: Contestant("second order, default", {}),
    # Momentum makes a decoupled decay worth a tenth of what it is in the gradient: these are 1e-4, 5e-4 and 2e-3 there.
    "sgd": Contestant("SGD, momentum 0.9", {"optimizer": "sgd", "momentum": "0.9"},
                      {"learning-rate": ["0.3", "0.1", "0.03", "0.01", "0.003"],
                       "weight-decay": ["0", "0.001", "0.005", "0.02"],
                       "learning-rate-schedule": SCHEDULES},
                      {"learning-rate": "0.1", "weight-decay": "0.005", "learning-rate-schedule": "cosine"}),
    "adamw": Contestant("AdamW", {"optimizer": "adam"},
                        {"learning-rate": ["0.003", "0.001", "0.0003", "0.0001"],
                         "weight-decay": ["0", "0.1", "0.3", "0.5", "1"],
                         "learning-rate-schedule": SCHEDULES},
                        {"learning-rate": "0.001", "weight-decay": "0.1", "learning-rate-schedule": "cosine"}),
}


def largest_search():
    """As many trials as every rival's grid has points for."""
    return min(len(grid_points(one.grid)) for one in CONTESTANTS.values() if one.grid)


def grid_points(grid):
    return [dict(zip(grid, values)) for values in itertools.product(*grid.values())]


def plan_trials(name, count):
    """The usual setting, then others in an order drawn once: a longer search has the trials of a shorter one. In rounds
    that have every learning rate once, as it matters most."""
    contestant = CONTESTANTS[name]
    if not contestant.grid:
        return []
    points = [point for point in grid_points(contestant.grid) if point != contestant.usual]
    random.Random(f"{name} 1").shuffle(points)
    taken = collections.Counter()
    rounds = []
    for point in [contestant.usual, *points]:
        rate = point["learning-rate"]
        rounds.append((taken[rate], point))
        taken[rate] += 1
    return [point for _, point in sorted(rounds, key=lambda entry: entry[0])][:count]


def settings_name(settings):
    return ",".join(f"{option}={value}" for option, value in settings.items())


def scaled(epochs, scale):
    return max(1, round(epochs * scale))
