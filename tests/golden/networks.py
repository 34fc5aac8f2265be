"""The cases of the golden truth: small networks in PyTorch, written without a look at the library, and their draws.

Draws come from NumPy's RandomState, whose streams are frozen, seeded by the number of the case.
"""

import math
from typing import NamedTuple

import numpy as np
import torch


class Case(NamedTuple):
    seed: int
    activation: str
    criterion: str
    layers: str
    batch: int
    targets: str  # see draw_targets

    @property
    def name(self):
        return f"{self.seed:02}-{self.activation}-{self.criterion}"

    @property
    def sizes(self):
        return [int(size) for size in self.layers.split("-")]


CASES = [
    Case(1, "identity", "cross-entropy", "5-4-3", 1, "labels"),
    Case(2, "identity", "bounded", "6-5-4-3", 7, "labels"),
    Case(3, "identity", "squared-error", "4-6-5-3-2", 4, "real"),
    Case(4, "identity", "tukey-biweight", "7-2", 16, "real"),
    Case(5, "sigmoid", "cross-entropy", "12-9-7-3", 16, "labels"),
    Case(6, "sigmoid", "bounded", "5-4-4-3", 1, "labels"),
    Case(7, "sigmoid", "squared-error", "8-7-6-5-4-3-2", 9, "real"),
    Case(8, "sigmoid", "tukey-biweight", "4-5-3", 1, "real"),
    Case(9, "tanh", "cross-entropy", "6-20-5", 10, "labels"),
    Case(10, "tanh", "bounded", "3-4-5-4-3-4", 6, "labels"),
    Case(11, "tanh", "squared-error", "5-6-4-2", 1, "real"),
    Case(12, "tanh", "tukey-biweight", "6-7-1", 12, "real"),
    Case(13, "softplus", "cross-entropy", "4-4-4-4-4", 1, "labels"),
    Case(14, "softplus", "bounded", "7-6-5", 5, "labels"),
    Case(15, "softplus", "squared-error", "1-8-1", 16, "real"),
    Case(16, "softplus", "tukey-biweight", "5-5-4-3", 3, "real"),
    Case(17, "silu", "cross-entropy", "10-8-6-4", 8, "labels"),
    Case(18, "silu", "bounded", "4-3-3", 1, "labels"),
    Case(19, "silu", "squared-error", "3-5-7-5-3-1", 2, "real"),
    Case(20, "silu", "tukey-biweight", "5-6-3", 1, "real"),
    Case(21, "gelu", "cross-entropy", "5-4-3-3", 1, "labels"),
    Case(22, "gelu", "bounded", "9-8-7-6-5-4-3", 11, "labels"),
    Case(23, "gelu", "squared-error", "7-6-4-2", 13, "real"),
    Case(24, "gelu", "tukey-biweight", "6-5-4", 4, "real"),
    Case(25, "relu", "cross-entropy", "12-10-8-4", 14, "labels"),
    Case(26, "relu", "bounded", "6-7-4", 1, "labels"),
    Case(27, "relu", "squared-error", "5-8-6-4-3", 1, "real"),
    Case(28, "relu", "tukey-biweight", "8-9-5-2", 6, "real"),
    Case(29, "leaky-relu", "cross-entropy", "8-7-6-5-4-3", 3, "labels"),
    Case(30, "leaky-relu", "bounded", "10-8-3", 12, "labels"),
    Case(31, "leaky-relu", "squared-error", "20-4-3", 5, "real"),
    Case(32, "leaky-relu", "tukey-biweight", "5-6-4-3", 1, "real"),
    Case(33, "tanh", "cross-entropy", "6-5-4", 8, "distributions"),
    Case(34, "silu", "cross-entropy", "9-5", 1, "distributions"),
    Case(35, "softplus", "squared-error", "4-5-4-3", 1, "below"),  # every residual positive: PCH is the exact Hessian
    Case(36, "softplus", "tukey-biweight", "3-4-4-2", 1, "below"),
    Case(37, "gelu", "tukey-biweight", "5-6-4", 16, "outliers"),
    Case(38, "sigmoid", "cross-entropy", "4-3-1", 3, "labels"),  # one logit: everything is zero
    Case(39, "identity", "sigmoid-cross-entropy", "5-3-4", 6, "fractions"),
    Case(40, "sigmoid", "sigmoid-cross-entropy", "6-4-2-4-6", 8, "fractions"),
    Case(41, "tanh", "sigmoid-cross-entropy", "4-5-3", 1, "bits"),
    Case(42, "softplus", "sigmoid-cross-entropy", "5-4-1", 12, "bits"),
    Case(43, "silu", "sigmoid-cross-entropy", "7-5-4-3", 1, "fractions"),
    Case(44, "gelu", "sigmoid-cross-entropy", "4-6-5", 9, "bits"),
    Case(45, "relu", "sigmoid-cross-entropy", "6-8-5-3", 1, "fractions"),
    Case(46, "leaky-relu", "sigmoid-cross-entropy", "8-6-4-2", 5, "fractions"),
]

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": lambda z: torch.log1p(torch.exp(z)),
    "silu": lambda z: z * torch.sigmoid(z),
    "gelu": lambda z: z * (1 + torch.erf(z / math.sqrt(2))) / 2,
    "relu": torch.relu,
    "leaky-relu": lambda z: torch.where(z > 0, z, 0.01 * z),
}


# C = -sum_j t_j log p_j, p = softmax(logits)
def cross_entropy(logits, targets):
    return -(targets * torch.log_softmax(logits, -1)).sum(-1)


# C = 1 / (1 + exp(5 (p_y - 0.2)))                                                                               (14)
def bounded(logits, targets):
    return 1 / (1 + torch.exp(5 * ((targets * torch.softmax(logits, -1)).sum(-1) - 0.2)))


# C = 1/2 sum r^2, r = logits - targets
def squared_error(logits, targets):
    return ((logits - targets) ** 2).sum(-1) / 2


# C = sum c^2/6 (1 - (1 - u)^3), u = (r/c)^2 up to 1
def tukey_biweight(logits, targets, c=4.685):
    u = ((logits - targets) / c) ** 2
    return (c * c / 6 * torch.where(u < 1, 1 - (1 - u) ** 3, 1)).sum(-1)


# C = -sum_i t_i log s_i + (1 - t_i) log(1 - s_i), s = 1 / (1 + exp(-logits))
def sigmoid_cross_entropy(logits, targets):
    of_ones, of_zeros = torch.log1p(torch.exp(-logits)), torch.log1p(torch.exp(logits))
    return (targets * of_ones + (1 - targets) * of_zeros).sum(-1)


CRITERIA = {
    "cross-entropy": cross_entropy,
    "bounded": bounded,
    "squared-error": squared_error,
    "tukey-biweight": tukey_biweight,
    "sigmoid-cross-entropy": sigmoid_cross_entropy,
}
CONVEX = {"cross-entropy", "squared-error", "sigmoid-cross-entropy"}


class Network:
    """A case with its parameters and batch. Samples are rows; parameters = [(W1, b1), ..., (Wk, bk)]."""

    def __init__(self, case):
        self.sigma = ACTIVATIONS[case.activation]
        self.criterion = CRITERIA[case.criterion]
        random = np.random.RandomState(case.seed)
        while True:
            self.draw(case, random)
            hidden = self.preactivations()[:-1]
            # Kinks are far enough for rounding not to matter, and every sample reaches every layer through a ReLU.
            if all((z.abs() > 1e-3).all() and (z > 0).any(1).all() for z in hidden):
                break

    def draw(self, case, random):
        def normal(*shape, scale=1.0):
            return torch.from_numpy(scale * random.standard_normal(shape))

        self.inputs = normal(case.batch, case.sizes[0])
        self.parameters = [
            (normal(n, m, scale=1.5 / math.sqrt(m)), normal(n, scale=0.5)) for m, n in zip(case.sizes, case.sizes[1:])
        ]
        if case.targets == "below":  # with positive weights a positive delta stays so down to the first layer
            self.parameters = [(weight.abs(), bias) for weight, bias in self.parameters]
        self.targets = draw_targets(case.targets, self.preactivations()[-1], random)

    def logits_from(self, t, z, parameters=None):
        """The logits as a function of z of layer t:  z <- W sigma(z) + b  for the layers above."""
        for weight, bias in (parameters or self.parameters)[t:]:
            z = self.sigma(z) @ weight.T + bias
        return z

    def preactivations(self):
        weight, bias = self.parameters[0]
        z = [self.inputs @ weight.T + bias]
        for weight, bias in self.parameters[1:]:
            z.append(self.sigma(z[-1]) @ weight.T + bias)
        return z

    def mean_loss(self, parameters):
        weight, bias = parameters[0]
        logits = self.logits_from(1, self.inputs @ weight.T + bias, parameters)
        return self.criterion(logits, self.targets).mean()

    def with_layer(self, t, weight=None, bias=None):
        old_weight, old_bias = self.parameters[t - 1]
        layer = (old_weight if weight is None else weight, old_bias if bias is None else bias)
        return self.parameters[: t - 1] + [layer] + self.parameters[t:]


def draw_targets(kind, logits, random):
    samples, outputs = logits.shape
    if kind == "labels":
        targets = np.eye(outputs)[random.randint(outputs, size=samples)]
    elif kind == "distributions":
        targets = random.uniform(size=(samples, outputs))
        targets /= targets.sum(1, keepdims=True)
    elif kind == "fractions":
        targets = random.uniform(size=(samples, outputs))
    elif kind == "bits":
        targets = random.randint(2, size=(samples, outputs)).astype(float)
    elif kind == "below":  # below the logits, where the biweight is still convex
        targets = logits.numpy() - random.uniform(0.5, 1.5, size=(samples, outputs))
    else:
        targets = {"real": 2, "outliers": 6}[kind] * random.standard_normal((samples, outputs))
    return torch.from_numpy(targets)
