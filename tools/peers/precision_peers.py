"""The peers of precision.py. Each takes a problem, initial weights and a limit of seconds, and returns its curve of
(seconds, rmse in the targets' units), or None where its package is not installed."""
import contextlib
import io
import signal
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


class Standardised:
    """A problem's numbers by the mean and deviation of its training set: x and t to fit, x_measured and t_measured for
    the rmse, in units of `unit`."""

    def __init__(self, problem):
        def standard(values, by):
            return (values - by.mean(axis=0)) / by.std(axis=0)

        inputs, targets = problem.measured()
        self.x, self.t = standard(problem.inputs, problem.inputs), standard(problem.targets, problem.targets)
        self.x_measured, self.t_measured = standard(inputs, problem.inputs), standard(targets, problem.targets)
        self.unit = float(problem.targets.std(axis=0)[0])

    def rmse(self, outputs):
        return self.unit * float(np.sqrt(np.mean((outputs - self.t_measured) ** 2)))


class OutOfTime(Exception):
    pass


def scipy(problem, weights, limit):
    """least_squares: trust region reflective, with the exact Jacobian by backpropagation."""
    try:
        from scipy.optimize import least_squares
    except ImportError:
        return None
    data = Standardised(problem)
    x, t = data.x, data.t
    shapes = [w.shape for w in weights]
    start = time.perf_counter()
    curve = []

    def unpack(theta):
        parts = np.split(theta, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes)]

    def forward(theta, inputs=x):
        parts = unpack(theta)
        values = [inputs]
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
        curve.append((time.perf_counter() - start, data.rmse(forward(theta, data.x_measured)[1][-1])))
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
    """The network with these weights, and the numbers, x and t as tensors."""
    import torch

    layers = problem.layers
    torch.set_default_dtype(torch.float64)
    modules = []
    for i in range(len(layers) - 1):
        linear = torch.nn.Linear(layers[i], layers[i + 1])
        linear.weight.data = torch.tensor(weights[2 * i])
        linear.bias.data = torch.tensor(weights[2 * i + 1])
        modules += [linear, torch.nn.Tanh()]
    data = Standardised(problem)
    return torch.nn.Sequential(*modules[:-1]), torch.tensor(data.x), torch.tensor(data.t), data


def timed_torch(step, network, data, limit):
    import torch

    def outputs():
        with torch.no_grad():
            return network(torch.tensor(data.x_measured)).numpy()

    return timed_curve(step, outputs, data, limit)


def lbfgs(problem, weights, limit):
    """PyTorch's L-BFGS with a strong Wolfe line search, 100 vectors."""
    try:
        import torch
    except ImportError:
        return None
    network, x, t, data = torch_problem(problem, weights)
    optimizer = torch.optim.LBFGS(network.parameters(), max_iter=20, history_size=100, line_search_fn="strong_wolfe",
                                  tolerance_grad=0, tolerance_change=0)

    def closure():
        optimizer.zero_grad()
        loss = torch.mean((network(x) - t) ** 2)
        loss.backward()
        return loss

    return timed_torch(lambda: optimizer.step(closure), network, data, limit)


def torch_levenberg_marquardt(problem, weights, limit):
    try:
        import torch_levenberg_marquardt as tlm
    except ImportError:
        return None
    network, x, t, data = torch_problem(problem, weights)
    module = tlm.training.LevenbergMarquardtModule(model=network, loss_fn=tlm.loss.MSELoss(), learning_rate=1.0,
                                                   attempts_per_step=10, solve_method="cholesky")
    return timed_torch(lambda: module.training_step(x, t), network, data, limit)


def timed_curve(step, outputs, data, limit):
    """Of steps in turns with evaluations, which do not count."""
    curve = []
    seconds = 0
    while seconds < limit:
        start = time.perf_counter()
        step()
        seconds += time.perf_counter() - start
        rmse = data.rmse(outputs())
        if not np.isfinite(rmse):
            break
        curve.append((seconds, rmse))
    return curve


@contextlib.contextmanager
def interrupted_after(seconds):
    def interrupt(*_):
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def pyrenn(problem, weights, limit):
    """Its own initial weights, and its own normalisation."""
    try:
        import pyrenn as package
    except ImportError:
        return None
    np.random.seed(int(abs(weights[0][0, 0]) * 1e6))
    network = package.CreateNN(problem.layers)
    inputs, targets = problem.inputs.T, problem.targets.T
    inputs_measured, targets_measured = (values.T for values in problem.measured())
    curve = []
    seconds = 0
    while seconds < limit:
        start = time.perf_counter()
        # It says at each call that it has done its ten steps, and warns where it has left the numbers.
        try:
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"), interrupted_after(limit):
                network = package.train_LM(inputs, targets, network, k_max=10, E_stop=0, verbose=False)
        except OutOfTime:
            break  # without it, a call that has met NaN never ends
        seconds += time.perf_counter() - start
        rmse = float(np.sqrt(np.mean((package.NNOut(inputs_measured, network) - targets_measured) ** 2)))
        if not np.isfinite(rmse):
            break
        curve.append((seconds, rmse))
    return curve


def kfac_jax(problem, weights, limit):
    """kfac-jax with its adaptive learning rate, momentum and damping, on the whole batch. Compilation does not count."""
    try:
        import jax
        import kfac_jax as package
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    data = Standardised(problem)

    def network(parameters, x):
        for i, (w, b) in enumerate(parameters):
            x = x @ w + b
            if i + 1 < len(parameters):
                x = jnp.tanh(x)
        return x

    def loss(parameters, batch):
        x, t = batch
        y = network(parameters, x)
        package.register_squared_error_loss(y, t, weight=0.5)
        return 0.5 * jnp.mean(jnp.sum((y - t) ** 2, axis=1))

    optimizer = package.Optimizer(value_and_grad_func=jax.value_and_grad(loss), l2_reg=0.0, value_func_has_aux=False,
                                  value_func_has_state=False, value_func_has_rng=False,
                                  use_adaptive_learning_rate=True, use_adaptive_momentum=True,
                                  use_adaptive_damping=True, initial_damping=1.0, min_damping=1e-20, num_burnin_steps=0,
                                  multi_device=False)
    batch = (jnp.asarray(data.x), jnp.asarray(data.t))
    key = jax.random.PRNGKey(0)
    start = [(jnp.asarray(w.T), jnp.asarray(b)) for w, b in zip(weights[0::2], weights[1::2])]
    state = {}

    def begin():
        state["parameters"] = jax.tree_util.tree_map(jnp.array, start)
        state["optimizer"] = optimizer.init(state["parameters"], key, batch)

    def step():
        state["parameters"], state["optimizer"], _ = optimizer.step(state["parameters"], state["optimizer"], key,
                                                                    batch=batch)
        jax.block_until_ready(state["parameters"])

    begin()
    for _ in range(10):  # compiles
        step()
    begin()
    return timed_curve(step, lambda: np.asarray(network(state["parameters"], data.x_measured)), data, limit)


CONTESTANTS = {
    "scipy": scipy,
    "lbfgs": lbfgs,
    "torch-levenberg-marquardt": torch_levenberg_marquardt,
    "pyrenn": pyrenn,
    "kfac-jax": kfac_jax,
}
