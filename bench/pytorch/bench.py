"""The workloads a to f in PyTorch: `python3 bench/pytorch/bench.py [--only a,c] [--samples 7] > pytorch.json`.

Prints one JSON document in the shape of bench/results/*.json. Compare its losses with those of IDLI on the same
machine (`losses`: the first five and the last). CUDA where it is there, else the CPU.
"""

import argparse
import datetime
import json
import math
import platform
import statistics
import sys
import time

import torch

from trainer import Trainer, synchronize
from workloads import LARGE_PRODUCT, PRODUCTS, TRAININGS, uniform

STEPS_SAMPLE_MS = 400
MOST_EPOCHS_OF_STEPS = 100
LONGEST_SAMPLE_MS = 20_000
SCALED_SAMPLE_MS = 4000


def say(line):
    print(f"[bench] {line}", file=sys.stderr, flush=True)


def numbers(samples):
    return {"samples": samples, "median": statistics.median(samples), "min": min(samples)}


def timed(work):
    started = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started) * 1000


def measure_training(letter, device, is_graph, samples):
    title, make, full, timing = TRAININGS[letter]
    task = make()
    trainer = Trainer(task, device, is_graph)
    is_steps = timing == "steps"
    trainer.run(1, is_steps)
    probe = min(20, math.ceil(full / 50))
    (_, training), whole = timed(lambda: trainer.run(probe, is_steps))
    epoch = (training if is_steps else whole) / probe
    if is_steps:
        epochs = max(full, min(MOST_EPOCHS_OF_STEPS, math.ceil(STEPS_SAMPLE_MS / epoch)))
    else:
        epochs = full if epoch * full <= LONGEST_SAMPLE_MS else max(1, int(SCALED_SAMPLE_MS / epoch))
    trainer.run(epochs, is_steps)
    steps = math.ceil(len(task["x"]) / task["batch"])
    units = epochs * steps if is_steps else epochs / full
    taken = []
    for _ in range(samples):
        (losses, training), whole = timed(lambda: trainer.run(epochs, is_steps))
        taken.append((training if is_steps else whole) / units)
    found = {"losses": losses if len(losses) <= 6 else losses[:5] + losses[-1:], **numbers(taken)}
    if not is_steps and epochs < full:
        found["scaled"] = {"epochs": epochs, "of": full}
    return title, "ms/step" if is_steps else "ms", found


def measure_product(size, device, samples):
    rows, inner, columns = size
    a = torch.from_numpy(uniform(71, rows * inner, 0, 1).reshape(rows, inner)).to(device)
    b = torch.from_numpy(uniform(72, inner * columns, 0, 1).reshape(inner, columns)).to(device)
    out = torch.empty(rows, columns, device=device)

    def run(times):
        for _ in range(times):
            torch.mm(a, b, out=out)
        synchronize(device)

    run(3)
    _, one = timed(lambda: run(1))
    times = max(1, min(4096, round(STEPS_SAMPLE_MS / one)))
    run(times)
    found = numbers([timed(lambda: run(times))[1] / times for _ in range(samples)])
    found["gflops"] = 2 * rows * inner * columns / found["median"] / 1e6
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="a,b,c,d,e,f", help="letters, for example a,c")
    parser.add_argument("--samples", type=int, default=7)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # IDLI and its peers compute in float32; TF32 would be another, easier task.
    torch.backends.cuda.matmul.allow_tf32 = False
    ways = [("pytorch", f"PyTorch {device.type}, eager", False)]
    if device.type == "cuda":
        ways.append(("pytorch-graph", "PyTorch cuda, CUDA graph of an epoch", True))
    workloads = []
    for letter in options.only.split(","):
        if letter in TRAININGS:
            measurements = []
            for identity, name, is_graph in ways:
                title, unit, found = measure_training(letter, device, is_graph, options.samples)
                say(f"{letter} {name}: {found['median']:.4g} {unit}")
                measurements.append({"id": identity, "name": name, "library": "pytorch", "backend": device.type, **found})
            workloads.append({"id": letter, "title": title, "unit": unit, "measurements": measurements})
        elif letter == "f":
            for size in PRODUCTS + ([LARGE_PRODUCT] if device.type == "cuda" else []):
                found = measure_product(size, device, options.samples)
                title = "matrix products in float32: " + "×".join(map(str, size))
                say(f"f {title}: {found['gflops']:.4g} GFLOP/s")
                identity, name, _ = ways[0]
                entry = {"id": identity, "name": name, "library": "pytorch", "backend": device.type, **found}
                workloads.append({"id": "f", "title": title, "unit": "ms", "measurements": [entry]})
        else:
            parser.error(f"--only: expected letters of a to f, found {letter!r}")
    adapter = torch.cuda.get_device_name() if device.type == "cuda" else platform.processor() or platform.machine()
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "engine": "pytorch",
        "engineVersion": f"Python {platform.python_version()}",
        "adapter": adapter,
        "isSoftware": device.type == "cpu",
        "slug": f"pytorch-{device.type}",
        "samples": options.samples,
        "versions": {"torch": torch.__version__},
        "workloads": workloads,
    }
    json.dump(results, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
