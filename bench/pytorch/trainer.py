"""One training in PyTorch, eagerly or as a CUDA graph of one epoch that is replayed.

The graph holds everything an epoch does (all its batches, the updates, the loss of the epoch), so the host only asks
for replays: the best that plain PyTorch offers. Adam is `capturable` there, as CUDA graphs want it.
"""

import time

import torch
import torch.nn.functional as F

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def loss_of(task, parameters, x, y):
    h = x
    for (kernel, bias), activation in zip(parameters, task["activations"]):
        z = h @ kernel if bias is None else torch.addmm(bias, h, kernel)
        h = ACTIVATIONS[activation](z)
    if task["loss"] == "halfSumSquaredError":
        return 0.5 * torch.sum((h - y) ** 2)
    if task["loss"] == "binaryCrossentropy":
        return F.binary_cross_entropy_with_logits(h, y)
    return F.cross_entropy(h, y)


class Trainer:
    """Keeps what is compiled once (the graph) from run to run; each run begins with the first weights again."""

    def __init__(self, task, device, is_graph):
        self.task, self.device, self.is_graph = task, device, is_graph
        self.graph = None

    def _make(self):
        task, device = self.task, self.device
        x, y = (torch.from_numpy(task[name]).to(device) for name in ("x", "y"))
        batch, rows = task["batch"], len(task["x"])
        self.batches = [(x[i : i + batch], y[i : i + batch]) for i in range(0, rows, batch)]
        self.parameters = [
            tuple(None if w is None else torch.from_numpy(w.copy()).to(device).requires_grad_() for w in layer)
            for layer in task["weights"]
        ]
        flat = [w for layer in self.parameters for w in layer if w is not None]
        name, rate = task["optimizer"]
        if name == "sgd":
            self.optimizer = torch.optim.SGD(flat, lr=rate)
        else:
            extra = {"capturable": True} if self.is_graph else {}
            self.optimizer = torch.optim.Adam(flat, lr=rate, betas=(0.9, 0.999), eps=1e-7, **extra)
        self.flat = flat

    def _epoch(self):
        rows = len(self.task["x"])
        total = None
        for x, y in self.batches:
            self.optimizer.zero_grad(set_to_none=True)
            loss = loss_of(self.task, self.parameters, x, y)
            loss.backward()
            self.optimizer.step()
            share = 1.0 if self.task["loss"] == "halfSumSquaredError" else len(x) / rows
            part = loss.detach() * share
            total = part if total is None else total + part
        return total

    def _capture(self):
        """Warm-up on a side stream, capture, and a copy of the first state to begin each run from."""
        self._make()
        first = [w.detach().clone() for w in self.flat]
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self._epoch()
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.loss = self._epoch()
        self.first = first

    def _restart(self):
        with torch.no_grad():
            for w, value in zip(self.flat, self.first):
                w.copy_(value)
            for state in self.optimizer.state.values():
                for value in state.values():
                    if torch.is_tensor(value):
                        value.zero_()

    def run(self, epochs, is_settled):
        """Losses of the epochs, and the milliseconds of the training alone."""
        if self.is_graph:
            if self.graph is None:
                self._capture()
            self._restart()
        else:
            self._make()
        if is_settled:
            synchronize(self.device)
        started = time.perf_counter()
        losses = torch.empty(epochs, device=self.device)
        for epoch in range(epochs):
            if self.is_graph:
                self.graph.replay()
                losses[epoch].copy_(self.loss)
            else:
                losses[epoch] = self._epoch()
        values = losses.tolist()
        return values, (time.perf_counter() - started) * 1000
