"""The problems of precision.py: inputs [N, features] and targets [N, outputs] in double, and a network."""
import dataclasses
import itertools

import numpy as np


@dataclasses.dataclass
class Problem:
    layers: list
    inputs: np.ndarray
    targets: np.ndarray


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


PROBLEMS = {
    "exp": lambda: on_a_line(np.exp, 500, [1, 20, 20, 1]),
    "exp-sin": lambda: on_a_line(lambda x: np.exp(x) * np.sin(4 * x), 500, [1, 20, 20, 1]),
    "sin": lambda: on_a_line(lambda x: np.sin(np.pi * x), 40, [1, 5, 1]),
    "parity": parity,
    "four-dimensions": four_dimensions,
}
