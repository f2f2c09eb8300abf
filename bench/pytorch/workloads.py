"""The data, networks and sizes of the benchmark, by the same formulas as src/runs (formulas.ts, workload-tasks.ts).

Plain NumPy, no torch. What a workload is must not be changed here alone: the losses would no longer agree.
"""

import numpy as np

M32 = np.uint64(0xFFFFFFFF)


def _mul(h, factor):
    return (h * np.uint64(factor)) & M32


def hashes(seed, count):
    """Whole numbers below 2**32 for places 0 … count - 1 of the sequence `seed`."""
    i = np.arange(1, count + 1, dtype=np.uint64)
    h = (_mul(i, 0x9E3779B1) + _mul(np.uint64(seed + 1), 0x85EBCA77)) & M32
    h = _mul(h ^ (h >> np.uint64(16)), 0x85EBCA6B)
    h = _mul(h ^ (h >> np.uint64(13)), 0xC2B2AE35)
    return h ^ (h >> np.uint64(16))


def uniform(seed, count, low, high):
    return (low + ((high - low) * hashes(seed, count).astype(np.float64)) / 2**32).astype(np.float32)


def _glorot(seed, inputs, units):
    weights = []
    for l, out in enumerate(units):
        limit = np.sqrt(6 / (inputs + out))
        kernel = uniform(seed + l, inputs * out, -limit, limit).reshape(inputs, out)
        weights.append((kernel, np.zeros(out, np.float32)))
        inputs = out
    return weights


def tutorial():
    state = np.random.RandomState(1)
    kernels = [(2 * state.random_sample(shape) - 1).astype(np.float32) for shape in ((3, 4), (4, 1))]
    return {
        "x": np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32),
        "y": np.array([[0], [0], [1], [1]], np.float32),
        "weights": [(kernel, None) for kernel in kernels],
        "activations": ["sigmoid", "sigmoid"],
        "loss": "halfSumSquaredError",
        "optimizer": ("sgd", 1.0),
        "batch": 4,
    }


def spirals():
    rows = 500
    i = np.arange(rows)
    arm = i % 2
    share = (i - arm) / rows
    angle = 2 * np.pi * (1.25 * share + arm / 2) + (hashes(31, rows) / 2**32 - 0.5) * 0.2
    return {
        "x": np.stack([share * np.cos(angle), share * np.sin(angle)], 1).astype(np.float32),
        "y": arm.astype(np.float32).reshape(rows, 1),
        "weights": _glorot(41, 2, [16, 16, 1]),
        "activations": ["tanh", "tanh", "linear"],
        "loss": "binaryCrossentropy",
        "optimizer": ("adam", 0.01),
        "batch": 32,
    }


def digits(batch, batches, optimizer):
    rows = batch * batches
    y = np.zeros((rows, 10), np.float32)
    y[np.arange(rows), (hashes(52, rows) % np.uint64(10)).astype(np.int64)] = 1
    return {
        "x": uniform(51, 784 * rows, 0, 1).reshape(rows, 784),
        "y": y,
        "weights": _glorot(61, 784, [256, 128, 10]),
        "activations": ["relu", "relu", "linear"],
        "loss": "categoricalCrossentropy",
        "optimizer": optimizer,
        "batch": batch,
    }


# letter: (title, task, epochs of a sample, how it is timed); as in src/runs/workloads.ts.
TRAININGS = {
    "a": ("3-4-1 sigmoid network, 50 epochs, each with its loss", tutorial, 50, "whole"),
    "b": ("3-4-1 sigmoid network, 5,000 epochs, each with its loss", tutorial, 5000, "whole"),
    "c": ("2-16-16-1 tanh network, 500 points, Adam, batch 32, 20 epochs", spirals, 20, "whole"),
    "d": (
        "784-256-128-10 ReLU network, SGD, batch 128, one step",
        lambda: digits(128, 8, ("sgd", 0.05)),
        1,
        "steps",
    ),
    "e": (
        "784-256-128-10 ReLU network, Adam, batch 1000, one step",
        lambda: digits(1000, 2, ("adam", 0.001)),
        1,
        "steps",
    ),
}

PRODUCTS = [(512, 512, 512), (1024, 1024, 1024), (128, 784, 256)]
LARGE_PRODUCT = (4096, 4096, 4096)
