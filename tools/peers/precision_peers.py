"""The peers of precision.py. Each takes a problem, initial weights and a limit of seconds, and returns its curve of
(seconds, rmse in the targets' units), or None where its package is not installed."""
import contextlib
import io
import time

import numpy as np


def initial_weights(layers, seed):
    """[W1, b1, W2, ...], uniform in +-sqrt(6/(in + out)); biases zero."""
    random = np.random.default_rng(seed)
    weights = []
    for inputs, outputs in zip(layers[:-1], layers[1:]):
        bound = np.sqrt(6 / (inputs + outputs))
        weights += [random.uniform(-bound, bound, (outputs, inputs)), np.zeros(outputs)]
    return weights


def standardised(problem):
    def standard(values):
        return (values - values.mean(axis=0)) / values.std(axis=0)

    return standard(problem.inputs), standard(problem.targets), float(problem.targets.std(axis=0)[0])


class OutOfTime(Exception):
    pass


def scipy(problem, weights, limit):
    """least_squares: trust region reflective, with the exact Jacobian by backpropagation."""
    try:
        from scipy.optimize import least_squares
    except ImportError:
        return None
    x, t, unit = standardised(problem)
    shapes = [w.shape for w in weights]
    start = time.perf_counter()
    curve = []

    def unpack(theta):
        parts = np.split(theta, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes)]

    def forward(theta):
        parts = unpack(theta)
        values = [x]
        for w, b in zip(parts[0::2], parts[1::2]):
            z = values[-1] @ w.T + b
            values.append(np.tanh(z) if w is not parts[-2] else z)
        return parts, values

    def residuals(theta):
        r = (forward(theta)[1][-1] - t).ravel()
        if time.perf_counter() - start > limit:
            raise OutOfTime
        return r

    def jacobian(theta):
        parts, values = forward(theta)
        rmse = unit * float(np.sqrt(np.mean((values[-1] - t) ** 2)))
        curve.append((time.perf_counter() - start, rmse))
        delta = np.ones((len(x), 1))
        columns = []
        for layer in range(len(parts) // 2 - 1, -1, -1):
            w = parts[2 * layer]
            columns[:0] = [(delta[:, :, None] * values[layer][:, None, :]).reshape(len(x), -1), delta]
            if layer > 0:
                delta = (delta @ w) * (1 - values[layer] ** 2)
        return np.hstack(columns)

    try:
        least_squares(residuals, np.concatenate([w.ravel() for w in weights]), jac=jacobian, method="trf",
                      ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=10**6)
    except OutOfTime:
        pass
    return curve


def torch_problem(problem, weights):
    """The network with these weights, inputs, targets, and the unit of the targets."""
    import torch

    layers = problem.layers

    torch.set_default_dtype(torch.float64)
    modules = []
    for i in range(len(layers) - 1):
        linear = torch.nn.Linear(layers[i], layers[i + 1])
        linear.weight.data = torch.tensor(weights[2 * i])
        linear.bias.data = torch.tensor(weights[2 * i + 1])
        modules += [linear, torch.nn.Tanh()]
    x, t, unit = standardised(problem)
    return torch.nn.Sequential(*modules[:-1]), torch.tensor(x), torch.tensor(t), unit


def lbfgs(problem, weights, limit):
    """PyTorch's L-BFGS with a strong Wolfe line search, 100 vectors."""
    try:
        import torch
    except ImportError:
        return None
    network, x, t, unit = torch_problem(problem, weights)
    optimizer = torch.optim.LBFGS(network.parameters(), max_iter=20, history_size=100, line_search_fn="strong_wolfe",
                                  tolerance_grad=0, tolerance_change=0)

    def closure():
        optimizer.zero_grad()
        loss = torch.mean((network(x) - t) ** 2)
        loss.backward()
        return loss

    return timed_curve(lambda: optimizer.step(closure), network, x, t, unit, limit)


def torch_levenberg_marquardt(problem, weights, limit):
    try:
        import torch_levenberg_marquardt as tlm
    except ImportError:
        return None
    network, x, t, unit = torch_problem(problem, weights)
    module = tlm.training.LevenbergMarquardtModule(model=network, loss_fn=tlm.loss.MSELoss(), learning_rate=1.0,
                                                   attempts_per_step=10, solve_method="cholesky")
    return timed_curve(lambda: module.training_step(x, t), network, x, t, unit, limit)


def timed_curve(step, network, x, t, unit, limit):
    """Of steps in turns with evaluations, which do not count."""
    import torch

    curve = []
    seconds = 0
    while seconds < limit:
        start = time.perf_counter()
        step()
        seconds += time.perf_counter() - start
        with torch.no_grad():
            rmse = unit * float(torch.sqrt(torch.mean((network(x) - t) ** 2)))
        if not np.isfinite(rmse):
            break
        curve.append((seconds, rmse))
    return curve


def pyrenn(problem, weights, limit):
    """Its own initial weights, and its own normalisation."""
    try:
        import pyrenn as package
    except ImportError:
        return None
    np.random.seed(int(abs(weights[0][0, 0]) * 1e6))
    network = package.CreateNN(problem.layers)
    inputs, targets = problem.inputs.T, problem.targets.T
    curve = []
    seconds = 0
    while seconds < limit:
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):  # it says at each call that it has done its ten steps
            network = package.train_LM(inputs, targets, network, k_max=10, E_stop=0, verbose=False)
        seconds += time.perf_counter() - start
        rmse = float(np.sqrt(np.mean((package.NNOut(inputs, network) - targets) ** 2)))
        curve.append((seconds, rmse))
    return curve


CONTESTANTS = {
    "scipy": scipy,
    "lbfgs": lbfgs,
    "torch-levenberg-marquardt": torch_levenberg_marquardt,
    "pyrenn": pyrenn,
}
