"""Losses by the definitions of ops/, and optimizers as functions of a batch that make one step."""

import math
import warnings

import torch
from torch import nn

BIWEIGHT = 4.685  # c of ops/tukey_biweight.cpp


def per_sample(losses, reduction):
    """Mean over samples of the sum over outputs, or the sum of both."""
    return losses.sum() if reduction == "sum" else losses.sum(1).mean()


# ASDL asks losses for sums, by an argument of this name.
def cross_entropy(outputs, targets, reduction="mean"):
    return nn.functional.cross_entropy(outputs, targets, reduction=reduction)


def sigmoid_cross_entropy(outputs, targets, reduction="mean"):
    return per_sample(nn.functional.binary_cross_entropy_with_logits(outputs, targets, reduction="none"), reduction)


def squared_error(outputs, targets, reduction="mean"):
    return per_sample((outputs - targets).square() / 2, reduction)


def tukey_biweight(outputs, targets, reduction="mean"):
    # rho = c^2/6 (1 - (1 - u)^3), u = (r/c)^2, constant from u = 1 on
    rest = (1 - ((outputs - targets) / BIWEIGHT).square()).clamp(min=0)
    return per_sample(BIWEIGHT**2 / 6 * (1 - rest**3), reduction)


LOSSES = {"cross-entropy": cross_entropy, "sigmoid-cross-entropy": sigmoid_cross_entropy,
          "squared-error": squared_error, "tukey-biweight": tukey_biweight}


@torch.no_grad()
def measure(network, loss, samples, task):
    """Loss, and accuracy or root of the mean squared error over samples and outputs, of the whole set. The error is in
    the units of the file, the loss of what was made of its targets."""
    at_once = 5000
    loss_sum = 0.0
    other = 0.0
    for inputs, targets in zip(samples.inputs.split(at_once), samples.targets.split(at_once)):
        outputs = network(inputs)
        loss_sum += loss(outputs, targets).item() * len(inputs)
        if task == "classification":
            other += (outputs.argmax(1) == targets).sum().item()
        else:
            made = outputs.sigmoid() if loss is sigmoid_cross_entropy else outputs
            error = (made - targets).double()
            if samples.target_scale is not None:
                error *= samples.target_scale
            other += error.square().sum().item()
    if task == "classification":
        return loss_sum / samples.size, other / samples.size
    return loss_sum / samples.size, math.sqrt(other / (samples.size * samples.outputs))


def make_optimizer(network, loss, options):
    """A function of inputs and targets."""
    if options.optimizer == "k-fac":
        return kfac(network, loss, options)
    parameters = network.parameters()
    if options.optimizer == "sgd":
        optimizer = torch.optim.SGD(parameters, lr=options.learning_rate, momentum=options.momentum, fused=True)
    elif options.optimizer == "adam":
        optimizer = torch.optim.Adam(parameters, lr=options.learning_rate, fused=True)
    else:
        from pytorch_optimizer import SOAP

        # No weight decay, as nobody in the race has any.
        optimizer = SOAP(parameters, lr=options.learning_rate, weight_decay=0, precondition_frequency=options.every,
                         max_precondition_dim=options.largest_side)

    def step(inputs, targets):
        optimizer.zero_grad()
        loss(network(inputs), targets).backward()
        optimizer.step()

    return step


def kfac(network, loss, options):
    """K-FAC of ASDL: factors of the empirical Fisher, averaged over time, with SGD's momentum on what they make of the
    gradient."""
    import asdl

    warnings.filterwarnings("ignore", category=FutureWarning)  # of what ASDL calls in PyTorch
    interval = options.every
    config = asdl.PreconditioningConfig(data_size=options.batch_size, damping=options.damping, ema_decay=1.0,
                                        preconditioner_upd_interval=interval, curvature_upd_interval=interval)
    maker = asdl.KfacGradientMaker(network, config, fisher_type=asdl.FISHER_EMP)
    optimizer = torch.optim.SGD(network.parameters(), lr=options.learning_rate, momentum=options.momentum, fused=True)

    def step(inputs, targets):
        optimizer.zero_grad()
        # The mean of the first twenty factors, then the running average of Martens and Grosse: ASDL's begins at zero.
        config.ema_decay = max(0.05, 1 / (1 + maker.state["step"] // interval))
        outputs = maker.setup_model_call(network, inputs)
        maker.setup_loss_call(loss, outputs, targets)
        maker.forward_and_backward()
        optimizer.step()

    return step
