"""Training steps of a fully connected network in PyTorch, and in K-FAC libraries on top of it, one class a program.

Every program has the same network, batch, loss and precision: nn.Linear layers with sigmoids between, cross-entropy on
class indices, float32, inputs of mean 0 and deviation 1 that lie in memory already. A step is forward, backward and the
change of the parameters.
"""

import importlib.util

import torch
from torch import nn


def make_network(layers, seed):
    torch.manual_seed(seed)
    parts = []
    for inputs, outputs in zip(layers, layers[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        parts += [linear, nn.Sigmoid()]
    return nn.Sequential(*parts[:-1])


class FirstOrder:
    """SGD with momentum or Adam. `compiled`: loss and backward pass as one compiled function, the optimizer as another."""

    def __init__(self, layers, batch, seed, optimizer, fused=False, compiled=False):
        self.network = make_network(layers, seed)
        self.batch = batch
        parameters = self.network.parameters()
        if optimizer == "sgd":
            self.optimizer = torch.optim.SGD(parameters, lr=0.1, momentum=0.9, fused=fused or None)
        else:
            self.optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=fused or None)
        self.loss = self._loss
        self.update = self.optimizer.step
        if compiled:
            self.loss = torch.compile(self._loss)
            self.update = torch.compile(self.optimizer.step)

    def _loss(self, inputs, labels):
        return nn.functional.cross_entropy(self.network(inputs), labels)

    def step(self):
        self.optimizer.zero_grad()
        loss = self.loss(*self.batch)
        loss.backward()
        self.update()
        return loss


class AsdlKfac:
    """K-FAC of ASDL (package asdfghjkl): factors of the empirical Fisher and Cholesky inverses, anew in every step."""

    def __init__(self, layers, batch, seed):
        import asdl

        self.network = make_network(layers, seed)
        self.batch = batch
        config = asdl.PreconditioningConfig(data_size=len(batch[1]), damping=0.02)
        self.maker = asdl.KfacGradientMaker(self.network, config, fisher_type=asdl.FISHER_EMP)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.1)

    def step(self):
        inputs, labels = self.batch
        self.optimizer.zero_grad()
        outputs = self.maker.setup_model_call(self.network, inputs)
        self.maker.setup_loss_call(nn.functional.cross_entropy, outputs, labels)
        _, loss = self.maker.forward_and_backward()
        self.optimizer.step()
        return loss


class SingdKfac:
    """Inverse-free K-FAC of package singd: dense factors of the empirical Fisher, anew in every step."""

    def __init__(self, layers, batch, seed):
        import singd.optim.optimizer

        self.network = make_network(layers, seed)
        self.batch = batch
        self.optimizer = singd.optim.optimizer.SINGD(
            self.network, lr=0.1, momentum=0.0, damping=0.02, T=1, kfac_like=True, structures=("dense", "dense"),
            warn_unsupported=False
        )

    def step(self):
        inputs, labels = self.batch
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.network(inputs), labels)
        loss.backward()
        self.optimizer.step()
        return loss


def make_batch(layers, size, seed):
    generator = torch.Generator().manual_seed(seed)
    inputs = (torch.rand(size, layers[0], generator=generator) * 2 - 1) * 3**0.5
    labels = torch.randint(layers[-1], (size,), generator=generator)
    return inputs, labels


def programs(layers, memory):
    """name -> function of (layers, batch, seed). K-FAC where its library is installed and its factors fit: three
    matrices of the first layer's inputs squared, in bytes of memory."""
    known = {}
    for optimizer in "sgd", "adam":
        known[f"torch {optimizer}"] = lambda *a, o=optimizer: FirstOrder(*a, optimizer=o)
        known[f"torch {optimizer}, fused"] = lambda *a, o=optimizer: FirstOrder(*a, optimizer=o, fused=True)
        known[f"torch {optimizer}, compiled"] = lambda *a, o=optimizer: FirstOrder(*a, optimizer=o, compiled=True)
    if 3 * 4 * layers[0] ** 2 < memory:
        for name, package, make in ("asdl k-fac", "asdl", AsdlKfac), ("singd k-fac", "singd", SingdKfac):
            if importlib.util.find_spec(package):
                known[name] = make
    return known
