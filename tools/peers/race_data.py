"""The data sets of tools/train as tensors, normalised as it normalises them."""

import gzip
from dataclasses import dataclass

import numpy
import torch


@dataclass
class Samples:
    inputs: torch.Tensor  # [N, features], float32
    targets: torch.Tensor  # [N], class indices, or [N, outputs], float32
    outputs: int
    target_scale: torch.Tensor | None = None  # [outputs]: a target's unit in those of the file

    @property
    def size(self):
        return len(self.inputs)


def load(dataset, folder, task, criterion):
    """Training and test samples."""
    if dataset == "npy":
        return load_npy(folder, criterion)
    train, test, channels = load_cifar10(folder) if dataset == "cifar-10" else load_fashion(folder)
    mean, scale = channel_moments(train[0], channels)
    return [image_samples(values, labels, mean, scale, task) for values, labels in (train, test)]


def load_cifar10(folder):
    if not (folder / "data_batch_1.bin").exists():
        folder = folder / "cifar-10-batches-bin"

    def read(names):
        records = numpy.concatenate([numpy.fromfile(folder / name, dtype=numpy.uint8) for name in names])
        records = records.reshape(-1, 3073)
        return torch.from_numpy(records[:, 1:].copy()), torch.from_numpy(records[:, 0].copy())

    return read([f"data_batch_{batch}.bin" for batch in range(1, 6)]), read(["test_batch.bin"]), 3


def load_fashion(folder):
    def read(name):
        path = folder / name
        opened = open(path, "rb") if path.exists() else gzip.open(f"{path}.gz", "rb")
        with opened as file:
            contents = file.read()
        dimensions = contents[3]
        shape = [int.from_bytes(contents[4 + 4 * i: 8 + 4 * i], "big") for i in range(dimensions)]
        values = numpy.frombuffer(contents, dtype=numpy.uint8, offset=4 + 4 * dimensions)
        return torch.from_numpy(values.reshape(shape[0], -1).copy())

    def part(name):
        return read(f"{name}-images-idx3-ubyte"), read(f"{name}-labels-idx1-ubyte").flatten()

    return part("train"), part("t10k"), 1


def channel_moments(values, channels):
    """Of each feature: mean and deviation of its channel; a deviation below one grey level counts as one."""
    pixels = values.shape[1] // channels
    mean, scale = [], []
    for channel in values.split(pixels, dim=1):
        counts = torch.bincount(channel.reshape(-1), minlength=256).double()
        levels = torch.arange(256, dtype=torch.float64)
        first = (counts * levels).sum() / counts.sum()
        deviation = ((counts * levels**2).sum() / counts.sum() - first**2).clamp(min=1).sqrt()
        mean.append((first / 255).float().expand(pixels))
        scale.append((deviation / 255).float().expand(pixels))
    return torch.cat(mean), torch.cat(scale)


def image_samples(values, labels, mean, scale, task):
    inputs = values.float().div_(255)
    if task == "autoencoder":
        return Samples((inputs - mean) / scale, inputs, values.shape[1])
    if task != "classification":
        raise ValueError(f"--task {task}: images are for classification or autoencoder")
    inputs.sub_(mean).div_(scale)
    return Samples(inputs, labels.long(), int(labels.max()) + 1)


ROUNDING = 1e-6  # of framework/data/standardize.cpp, as the two functions below


def standard(values):
    """Of each column: mean and deviation; one within float's rounding of the largest magnitude counts as constant."""
    values = values.double()
    deviation = values.std(0, correction=0)
    largest = values.abs().amax(0)
    constant = torch.where(largest > 0, largest, torch.ones_like(largest))
    return values.mean(0).float(), torch.where(deviation > ROUNDING * largest, deviation, constant).float()


def robust(values):
    """Of each column: median and median absolute deviation, as the standard deviation of normal values."""
    def median(numbers):
        return torch.from_numpy(numpy.median(numbers.numpy(), axis=0))

    middle = median(values.double())
    deviation = 1.4826 * median((values.double() - middle).abs())
    scale = torch.where(deviation > ROUNDING * middle.abs(), deviation, standard(values)[1].double())
    return middle.float(), scale.float()


# What tools/train standardises the targets of regression with by default; others stay as they are.
TARGETS = {"squared-error": standard, "tukey-biweight": robust}


def standardised(values, mean, scale):
    return ((values.double() - mean.double()) / scale.double()).float()


def load_npy(folder, criterion):
    """Inputs normalised with mean and deviation of each feature of the training set, targets by TARGETS."""
    read = {name: torch.from_numpy(numpy.load(folder / f"{name}.npy")).float()
            for name in ("train_inputs", "train_targets", "test_inputs", "test_targets")}
    for part in "train_targets", "test_targets":
        read[part] = read[part].reshape(len(read[part]), -1)
    of_inputs = standard(read["train_inputs"])
    of_targets = TARGETS[criterion](read["train_targets"]) if criterion in TARGETS else None
    samples = []
    for part in "train", "test":
        inputs, targets = read[f"{part}_inputs"], read[f"{part}_targets"]
        made = Samples(standardised(inputs, *of_inputs), targets, targets.shape[1])
        if of_targets is not None:
            made.targets = standardised(targets, *of_targets)
            made.target_scale = of_targets[1]
        samples.append(made)
    return samples
