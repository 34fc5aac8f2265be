#!/usr/bin/env python3
"""Golden truth: losses, gradients and block Hessians of small networks, by PyTorch's autograd in double.

Each case of the table in networks.py, a network of k affine layers and B samples, becomes one file CASE.safetensors in
float64 with

  layers.N.weight, layers.N.bias      parameters, N from 0, weights [out, in]
  inputs, targets                     [B, n0] and [B, nk]
  loss                                [1], the mean over the batch
  gradient.N.weight, gradient.N.bias  of the mean loss
  exact.T                             Hessian of the mean loss in the bias of layer T, T from 1: E[d2 xi / dz dz^T]
  exact_weight.T                      Hessian of the mean loss in the weight of layer T, its columns one below the
                                      other; only where that has at most 48 entries
  exact_gauss_newton.T                E[J^T H J], J = d logits / dz of a sample, H = d2 C / d logits^2
  residual.T                          E[sigma'' * W^T delta] of the layer above, the diagonal term of (6); T < k
  gauss_newton.T, pch_1.T, pch_2.T    recursion (6) with their policies; gauss_newton for convex criteria only
  fisher.T                            E[delta delta^T]
  direction.N.weight, direction.N.bias  a step d of all parameters
  product.N.weight, product.N.bias    J^T M J d / B with the Jacobian J of the logits in all parameters and
                                      M = d2 C / d logits^2 of a sample, its negative eigenvalues set to zero; not for
                                      the bounded criterion, whose M is not convex and not diagonal
  bend                                [B, nk], the second derivative of the logits along d

`exact`, `exact_weight` and `exact_gauss_newton` differentiate the network as a whole and know nothing of the recursion.
No result is symmetrised. The metadata has activation, criterion, batch, layers and the versions of PyTorch and NumPy.

Deterministic: every draw is seeded, and on one machine the files are the same to the byte. Another machine or version
may round differently, which --check allows for.

  pip install torch numpy safetensors      (the files beside this script: PyTorch 2.15.0, NumPy 2.4.6)
  make_golden.py [--output DIR]            writes the files, beside the script by default
  make_golden.py --check [--output DIR]    recomputes them and fails where one differs by more than 1e-12 of its largest
"""

import argparse
import json
import math
import pathlib
import sys

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch.func import grad, hessian, jacrev, jvp, vjp, vmap

from networks import CASES, CONVEX, Network


def exact_blocks(network, t):
    """From the network as a whole: the Hessians in bias and weight of layer t, and E[J^T H J]."""
    weight, bias = network.parameters[t - 1]
    rows, cols = weight.shape
    blocks = {"exact": hessian(lambda b: network.mean_loss(network.with_layer(t, bias=b)))(bias)}
    if weight.numel() <= 48:
        columns = weight.T.reshape(-1)
        blocks["exact_weight"] = hessian(
            lambda v: network.mean_loss(network.with_layer(t, weight=v.reshape(cols, rows).T))
        )(columns)
    z = network.preactivations()
    J = vmap(jacrev(lambda z: network.logits_from(t, z)))(z[t - 1])
    H = vmap(hessian(network.criterion))(z[-1], network.targets)
    blocks["exact_gauss_newton"] = (J.transpose(1, 2) @ H @ J).mean(0)
    return blocks


def full_gauss_newton(network, case):
    """Along one direction through all parameters: J^T M J d / B, and the logits' second derivative."""
    random = np.random.RandomState(1000 + case.seed)
    direction = [tuple(torch.tensor(random.uniform(-1, 1, part.shape)) for part in layer) for layer in network.parameters]

    def logits(parameters):
        weight, bias = parameters[0]
        return network.logits_from(1, network.inputs @ weight.T + bias, parameters)

    z, along = jvp(logits, (network.parameters,), (direction,))
    _, bend = jvp(lambda p: jvp(logits, (p,), (direction,))[1], (network.parameters,), (direction,))
    tensors = {"bend": bend}
    for n, layer in enumerate(direction):
        tensors |= {f"direction.{n}.{kind}": part for kind, part in zip(("weight", "bias"), layer)}
    if case.criterion == "bounded":
        return tensors
    values, vectors = torch.linalg.eigh(vmap(hessian(network.criterion))(z, network.targets))
    M = vectors @ torch.diag_embed(values.clamp(min=0)) @ vectors.transpose(1, 2)
    _, pull_back = vjp(logits, network.parameters)
    (product,) = pull_back((M @ along[:, :, None])[:, :, 0] / len(z))
    for n, layer in enumerate(product):
        tensors |= {f"product.{n}.{kind}": part for kind, part in zip(("weight", "bias"), layer)}
    return tensors


def pos_eig(matrix):
    """Q |L| Q^T of the symmetric matrix Q L Q^T."""
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ torch.diag(values.abs()) @ vectors.T


def recursion(network, policies):
    """(6):  G <- (W^T G W) * E[s' s'^T] + diag(policy(E[s'' * W^T delta])),  delta = d xi / dz by autograd."""
    z = network.preactivations()
    samples = len(network.inputs)
    slope = grad(lambda z: network.sigma(z).sum())
    bend = grad(lambda z: slope(z).sum())
    criterion_block = vmap(hessian(network.criterion))(z[-1], network.targets).mean(0)
    G = {kind: block(criterion_block) for kind, (block, _) in policies.items()}
    blocks = {}
    for t in range(len(z), 0, -1):
        delta = grad(lambda z: network.criterion(network.logits_from(t, z), network.targets).sum())(z[t - 1])
        blocks |= {f"{kind}.{t}": G[kind] for kind in G} | {f"fisher.{t}": delta.T @ delta / samples}
        if t > 1:
            weight, _ = network.parameters[t - 1]
            slopes = slope(z[t - 2])
            residual = (bend(z[t - 2]) * (delta @ weight)).mean(0)
            moment = slopes.T @ slopes / samples
            blocks[f"residual.{t - 1}"] = residual
            for kind, (_, policy) in policies.items():
                G[kind] = (weight.T @ G[kind] @ weight) * moment + torch.diag(policy(residual))
    return blocks


def golden(case):
    """All tensors of a case by name."""
    network = Network(case)
    tensors = {"inputs": network.inputs, "targets": network.targets}
    tensors["loss"] = network.mean_loss(network.parameters).reshape(1)
    gradients = grad(network.mean_loss)(network.parameters)
    for n, (parameters, gradient) in enumerate(zip(network.parameters, gradients)):
        for kind, value, slope in zip(("weight", "bias"), parameters, gradient):
            tensors |= {f"layers.{n}.{kind}": value, f"gradient.{n}.{kind}": slope}
        tensors |= {f"{kind}.{n + 1}": block for kind, block in exact_blocks(network, n + 1).items()}
    # What becomes of the criterion's block and of the residual.
    policies = {"pch_1": (pos_eig, torch.abs), "pch_2": (pos_eig, lambda residual: residual.clamp(min=0))}
    if case.criterion in CONVEX:
        policies["gauss_newton"] = (lambda block: block, torch.zeros_like)
    tensors |= recursion(network, policies) | full_gauss_newton(network, case)
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def difference(found, stored):
    """Largest relative difference over the tensors, each relative to its largest element; infinite for other names."""
    if found.keys() != stored.keys() or any(found[name].shape != stored[name].shape for name in found):
        return math.inf
    differences = []
    for name, tensor in stored.items():
        scale = tensor.abs().max().item()
        differences.append((found[name] - tensor).abs().max().item() / (scale if scale > 0 else 1))
    return torch.tensor(differences).max().item()  # NaN where one is


def write(path, tensors, metadata):
    """A safetensors file with the keys of its header sorted: the package leaves their order to chance."""
    data = save(tensors, metadata)
    start, end = 8, 8 + int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[start:end]), sort_keys=True, separators=(",", ":"))
    path.write_bytes(data[:start] + header.encode().ljust(end - start) + data[end:])


def main():
    parser = argparse.ArgumentParser(description="Golden truth by PyTorch's automatic differentiation in double.")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    parser.add_argument("--check", action="store_true", help="compare with the stored files instead of writing them")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    failed = False
    for case in CASES:
        path = arguments.output / f"{case.name}.safetensors"
        tensors = golden(case)
        if arguments.check:
            with safe_open(path, "pt") as file:
                worst = difference(tensors, {name: file.get_tensor(name) for name in file.keys()})
            print(f"{worst:8.1e}  {case.name}")
            failed = failed or not worst <= 1e-12
        else:
            arguments.output.mkdir(parents=True, exist_ok=True)
            metadata = {key: str(getattr(case, key)) for key in ("activation", "criterion", "batch", "layers")}
            write(path, tensors, metadata | {"torch": torch.__version__, "numpy": np.__version__})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
