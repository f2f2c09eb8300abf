"""A model that IDLI trained, in PyTorch; its weights are in model.safetensors beside this file.

    python model.py --check               does it answer the stored examples as it did when it was trained?
    python model.py --train data.csv      trains on: the run's loss, optimizer, schedule, batches and epochs
    torchrun --nproc_per_node=2 model.py --train data.csv     the same in two processes, or as many as you say

Where preprocessing.py lies beside this file, data.csv has the columns that the model was trained on, by name, as they
were before they were encoded and scaled. Else it has numbers as the model sees them: a row's inputs, then its targets,
with or without a header. data.npz has the arrays x and y, as the model sees them. What was trained is written to
trained.safetensors (--out), which IDLI imports. In your own code: `from model import load`, then `net = load().eval()`;
CONFIG has the classes, and how inputs are prepared, where that is known.

Needs torch 1.13 or newer; takes the package safetensors where it is installed.
"""

import argparse
import ctypes
import json
import os
import sys

import torch
import torch.nn as nn

CONFIG = json.loads(r"""{"the model": "goes here"}""")
TRAINING = CONFIG.get("training")
HERE = os.path.dirname(os.path.abspath(__file__))

# ---------------------------------------------------------------------------------------------------- the model

ACTIVATIONS = {
    "linear": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leakyRelu": lambda: nn.LeakyReLU(0.2),
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "geluTanh": lambda: nn.GELU(approximate="tanh"),
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "softmax": lambda: nn.Softmax(dim=1),
}


class BatchNorm(nn.BatchNorm1d):
    """As in Keras: running_var takes the variance of the batch as it is, where torch's own takes n / (n - 1) of it."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        mean, variance = x.mean(0), x.var(0, unbiased=False)
        with torch.no_grad():
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (variance - self.running_var)
            self.num_batches_tracked += 1
        return (x - mean) / torch.sqrt(variance + self.eps) * self.weight + self.bias


def build():
    """The network with fresh weights. An activation is a module of its own, except that linear is none."""
    modules, width = [], CONFIG["inputs"]
    for layer in CONFIG["layers"]:
        kind, activation = layer["type"], layer.get("activation", "linear")
        if kind == "dense":
            modules.append(nn.Linear(width, layer["units"], bias=layer["useBias"]))
            width = layer["units"]
        elif kind == "dropout":
            modules.append(nn.Dropout(layer["rate"]))
        elif kind == "batchNormalization":
            modules.append(BatchNorm(width, eps=layer["epsilon"], momentum=1 - layer["momentum"]))
        elif kind == "layerNormalization":
            modules.append(nn.LayerNorm(width, eps=layer["epsilon"]))
        if kind == "activation" or activation != "linear":
            modules.append(ACTIVATIONS[activation]())
    return nn.Sequential(*modules)


def load(path=os.path.join(HERE, "model.safetensors")):
    """The network with the weights of a file."""
    net = build()
    net.load_state_dict(read_safetensors(path)[0])
    return net


# --------------------------------------------------------------------------------------------- safetensors files

DTYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


def read_safetensors(path):
    """The tensors of a file by name, and its metadata."""
    try:
        from safetensors import safe_open
    except ImportError:
        with open(path, "rb") as file:
            data = file.read()
        start = 8 + int.from_bytes(data[:8], "little")
        header = json.loads(data[8:start].decode())
        metadata = header.pop("__metadata__", {})
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            values = torch.frombuffer(bytearray(data[start + begin : start + end]), dtype=DTYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
        return tensors, metadata
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}


def write_safetensors(path, tensors, metadata):
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        from safetensors.torch import save_file
    except ImportError:
        header, parts, end = {"__metadata__": metadata}, [], 0
        names = {dtype: name for name, dtype in DTYPES.items()}
        # Wider numbers first, so that each lies on a multiple of its width.
        for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
            size = tensor.numel() * tensor.element_size()
            entry = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [end, end + size]}
            header[name] = entry
            parts.append(ctypes.string_at(tensor.data_ptr(), size))
            end += size
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(len(text).to_bytes(8, "little") + text + b"".join(parts))
    else:
        save_file(tensors, path, metadata=metadata)


# --------------------------------------------------------------------------------------------------------- check


def check(weights, tolerance):
    """Whether the network answers the examples of the file as it did when it was trained."""
    net = load(weights).eval()
    metadata = read_safetensors(weights)[1]
    if "examples" not in metadata:
        sys.exit(f"{weights} has no examples to check")
    examples = json.loads(metadata["examples"])
    expected = torch.tensor(examples["y"], dtype=torch.float32)
    with torch.no_grad():
        difference = (net(torch.tensor(examples["x"], dtype=torch.float32)) - expected).abs()
    allowed = tolerance * expected.abs().clamp(min=1)
    # Written so that NaN is beyond it.
    is_within = bool((difference <= allowed).all())
    print(f"largest difference {difference.max().item():.3g} in {expected.numel()} values of {len(expected)} examples")
    print(f"{'within' if is_within else 'BEYOND'} the tolerance of {tolerance:g} (relative above 1)")
    return 0 if is_within else 1


# The training goes here.


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="compare with the stored examples; exit code 1 beyond")
    action.add_argument("--train", metavar="DATA", help="a .csv or .npz to train on with")
    parser.add_argument("--weights", default=os.path.join(HERE, "model.safetensors"), help="default %(default)s")
    parser.add_argument("--out", default=os.path.join(HERE, "trained.safetensors"), help="default %(default)s")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="of --check; default %(default)s")
    args = parser.parse_args()
    if args.check:
        return check(args.weights, args.tolerance)
    return train(args.weights, args.train, args.out)


if __name__ == "__main__":
    sys.exit(main())
