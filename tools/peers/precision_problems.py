"""The problems of precision.py: inputs [N, features] and targets [N, outputs] in double, and a network."""
import dataclasses
import itertools

import numpy as np


@dataclasses.dataclass
class Problem:
    """The rmse is that of the held-out samples where there are some, else that of the fit."""

    layers: list
    inputs: np.ndarray
    targets: np.ndarray
    held_out: tuple = None  # inputs and targets

    def measured(self):
        return self.held_out or (self.inputs, self.targets)


def on_a_line(function, samples, layers):
    x = np.linspace(-1, 1, samples)[:, None]
    return Problem(layers, x, function(x))


def four_dimensions():
    """2,000 points: sin(3x0 + x1) x2 + exp(-x3^2)."""
    x = np.random.default_rng(1).uniform(-1, 1, (2000, 4))
    y = np.sin(3 * x[:, 0] + x[:, 1]) * x[:, 2] + np.exp(-x[:, 3] ** 2)
    return Problem([4, 40, 40, 1], x, y[:, None])


def parity():
    """All eight patterns of three bits."""
    x = np.array(list(itertools.product([-1.0, 1.0], repeat=3)))
    return Problem([3, 10, 10, 1], x, np.prod(x, axis=1)[:, None])


def arm():
    """Inverse dynamics of a two-link arm of unit links and masses, without noise: the torque of the first joint."""
    random = np.random.default_rng(1)
    q1, q2 = random.uniform(-np.pi, np.pi, (2, 2500))
    dq1, dq2 = random.uniform(-4, 4, (2, 2500))
    ddq1, ddq2 = random.uniform(-10, 10, (2, 2500))
    torque = ((3 + 2 * np.cos(q2)) * ddq1 + (1 + np.cos(q2)) * ddq2 - np.sin(q2) * (2 * dq1 + dq2) * dq2
              + 9.81 * (2 * np.cos(q1) + np.cos(q1 + q2)))
    x = np.stack([np.sin(q1), np.cos(q1), np.sin(q2), np.cos(q2), dq1, dq2, ddq1, ddq2], axis=1)
    return split(x, torque, [8, 30, 30, 1], 500)


def split(x, y, layers, held_out):
    """The last samples of a drawn order are held out."""
    order = np.random.default_rng(1).permutation(len(x))
    x, y = x[order].astype(float), y[order].astype(float)[:, None]
    return Problem(layers, x[:-held_out], y[:-held_out], (x[-held_out:], y[-held_out:]))


def scikit(name, layers):
    from sklearn import datasets

    data = getattr(datasets, f"load_{name}")()
    return split(data.data, data.target, layers, len(data.target) // 5)


PROBLEMS = {
    "exp": lambda: on_a_line(np.exp, 500, [1, 20, 20, 1]),
    "exp-sin": lambda: on_a_line(lambda x: np.exp(x) * np.sin(4 * x), 500, [1, 20, 20, 1]),
    "sin": lambda: on_a_line(lambda x: np.sin(np.pi * x), 40, [1, 5, 1]),
    "parity": parity,
    "four-dimensions": four_dimensions,
    "arm": arm,
    "diabetes": lambda: scikit("diabetes", [10, 10, 1]),
    "breast-cancer": lambda: scikit("breast_cancer", [30, 10, 1]),
}
