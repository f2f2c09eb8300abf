# ------------------------------------------------------------------------------------------------------ training
# From here on it is all for --train: what the settings in CONFIG["training"] say, in PyTorch's words.

import contextlib
import csv
import math

import torch.distributed as dist
import torch.nn.functional as F
from torch.utils.data import DataLoader, DistributedSampler, RandomSampler, SequentialSampler, TensorDataset


def row_losses(out, y, is_logits):
    """The loss of each row: outputs (B, U), or what goes into the last activation, and targets (B, U) or (B, 1)."""
    loss = TRAINING["loss"]
    name = loss["name"]
    if name == "halfSumSquaredError":
        return (0.5 * (out - y) ** 2).sum(1)
    if name == "meanSquaredError":
        return ((out - y) ** 2).mean(1)
    if name == "meanAbsoluteError":
        return (out - y).abs().mean(1)
    if name == "huber":
        return F.huber_loss(out, y, reduction="none", delta=loss["delta"]).mean(1)
    if name == "binaryCrossentropy" and is_logits:
        return F.binary_cross_entropy_with_logits(out, y, reduction="none").mean(1)
    if name == "binaryCrossentropy":
        p = out.clamp(1e-7, 1 - 1e-7)
        return -(y * p.log() + (1 - y) * (1 - p).log()).mean(1)
    if name == "categoricalCrossentropy":
        return -(y * F.log_softmax(out, dim=1)).sum(1)
    return F.cross_entropy(out, y[:, 0].long(), reduction="none")


def row_weights(y):
    """How much each row counts, by its class; 1 where the run does not say."""
    weights = TRAINING.get("classWeight")
    if not weights:
        return torch.ones(len(y), device=y.device)
    if TRAINING["loss"]["name"] == "sparseCategoricalCrossentropy":
        classes = y[:, 0].long()
    else:
        classes = (y[:, 0] > 0.5).long() if CONFIG["outputs"] == 1 else y.argmax(1)
    count = max(CONFIG["outputs"], 2)
    return torch.tensor([float(weights.get(str(c), 1)) for c in range(count)], device=y.device)[classes]


class WithLoss(nn.Module):
    """Network and loss in one, so that DistributedDataParallel sees the whole way to what is made small."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        activation = {"binaryCrossentropy": nn.Sigmoid}.get(TRAINING["loss"]["name"], nn.Softmax)
        self.is_logits = TRAINING["loss"]["name"].endswith("rossentropy") and isinstance(net[-1], activation)

    def forward(self, x, y):
        """The sum over the rows. Crossentropies are taken before the last activation: nothing is rounded to 0 or 1."""
        for module in list(self.net)[: -1 if self.is_logits else None]:
            x = module(x)
        losses = row_losses(x, y, self.is_logits)
        # Class weights are for training alone, as in Keras.
        return (losses * row_weights(y)).sum() if self.training else losses.sum()


def regularized(net):
    """Each kernel that has a penalty, with l1 and l2: l1 * sum(abs(w)) + l2 * sum(w ** 2)."""
    kernels = [module.weight for module in net if isinstance(module, nn.Linear)]
    dense = [layer for layer in CONFIG["layers"] if layer["type"] == "dense"]
    pairs = [(w, layer["kernelRegularizer"]) for w, layer in zip(kernels, dense)]
    return [(w, r["l1"], r["l2"]) for w, r in pairs if r["l1"] > 0 or r["l2"] > 0]


def penalty(net):
    with torch.no_grad():
        return sum((l1 * w.abs().sum() + l2 * (w**2).sum()).item() for w, l1, l2 in regularized(net))


# --------------------------------------------------------------------------------------------- optimizer and rates


def make_optimizer(parameters):
    o = TRAINING["optimizer"]
    name, rate = o["name"], o["learningRate"]
    if name == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=o["momentum"], nesterov=o["nesterov"])
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, alpha=o["rho"], eps=o["epsilon"])
    if name == "adagrad":
        start = o["initialAccumulatorValue"]
        return torch.optim.Adagrad(parameters, rate, initial_accumulator_value=start, eps=o["epsilon"])
    return torch.optim.Adam(parameters, rate, betas=(o["beta1"], o["beta2"]), eps=o["epsilon"])


def update(net, optimizer, rate):
    """One step from the gradients that are there: penalty, clipping, decoupled weight decay, the optimizer's own step."""
    parameters = list(net.parameters())
    with torch.no_grad():
        for w, l1, l2 in regularized(net):
            w.grad += l1 * w.sign() + 2 * l2 * w
        if TRAINING.get("clipNorm") is not None:
            norm = math.sqrt(sum((p.grad**2).sum().item() for p in parameters))
            for p in parameters:
                p.grad *= TRAINING["clipNorm"] / max(norm, TRAINING["clipNorm"])
        if TRAINING.get("clipValue") is not None:
            for p in parameters:
                p.grad.clamp_(-TRAINING["clipValue"], TRAINING["clipValue"])
        for p in parameters:
            p *= 1 - rate * TRAINING["optimizer"]["weightDecay"]
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad()


def rate_factor(step, total):
    """What the schedule multiplies the learning rate by, after `step` of `total` updates."""
    s = TRAINING["learningRateSchedule"]
    name, warmup = s["name"], s.get("warmupSteps", 0)
    if step < warmup:
        return (step + 1) / warmup
    t = step - warmup
    if name == "step":
        return s["decayRate"] ** (t // s["decaySteps"])
    if name == "exponential":
        return s["decayRate"] ** (t / s["decaySteps"])
    if name == "cosine":
        return along_cosine(1, s["alpha"], min(t / s.get("decaySteps", max(total - warmup, 1)), 1))
    if name == "oneCycle":
        steps = s.get("totalSteps", total)
        top, last, start = s["pctStart"] * steps - 1, steps - 1, 1 / s["divFactor"]
        if step < top:
            return along_cosine(start, 1, step / top)
        return along_cosine(1, start / s["finalDivFactor"], min((step - top) / (last - top), 1))
    return 1


def along_cosine(start, end, share):
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * share))


class Plateau:
    """reduceOnPlateau, as Keras counts: what the rate is multiplied by, told of one value an epoch."""

    def __init__(self):
        self.factor, self.best, self.wait, self.cooldown = 1, math.inf, 0, 0

    def tell(self, value, rate):
        s = TRAINING["learningRateSchedule"]
        if self.cooldown > 0:
            self.cooldown, self.wait = self.cooldown - 1, 0
        if value < self.best - s["minDelta"]:
            self.best, self.wait = value, 0
        elif self.cooldown == 0:
            self.wait += 1
            if self.wait >= s["patience"] and rate * self.factor > s["minLearningRate"]:
                self.factor = max(self.factor * s["factor"], s["minLearningRate"] / rate)
                self.cooldown, self.wait = s["cooldown"], 0


# --------------------------------------------------------------------------------------------------------- epochs


def read_data(path):
    """x (rows, inputs) and y (rows, targets)."""
    is_sparse = TRAINING["loss"]["name"] == "sparseCategoricalCrossentropy"
    inputs, targets = CONFIG["inputs"], 1 if is_sparse else CONFIG["outputs"]
    if path.endswith(".npz"):
        import numpy

        with numpy.load(path) as arrays:
            x, y = (torch.from_numpy(arrays[name].astype("float32")) for name in ("x", "y"))
        x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    elif "preprocessing" in CONFIG:
        from preprocessing import Preprocessing

        try:
            x, y = (torch.tensor(rows) for rows in Preprocessing(CONFIG["preprocessing"]).read(path))
        except ValueError as error:
            sys.exit(str(error))
    else:
        with open(path, newline="") as file:
            lines = [(number, line) for number, line in enumerate(csv.reader(file), 1) if line]
        if lines and not all(map(is_number, lines[0][1])):
            lines = lines[1:]
        for number, line in lines:
            if len(line) != inputs + targets or not all(map(is_number, line)):
                sys.exit(f"{path}, line {number}: expected {inputs} inputs and {targets} targets, all of them numbers")
        table = torch.tensor([[float(cell) for cell in line] for _, line in lines]).reshape(-1, inputs + targets)
        x, y = table[:, :inputs], table[:, inputs:]
    if len(x) == 0 or len(x) != len(y) or x.shape[1] != inputs or y.shape[1] != targets:
        sys.exit(f"{path}: found x {tuple(x.shape)} and y {tuple(y.shape)}, expected {inputs} and {targets} columns")
    return x, y


def is_number(cell):
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def groups_of(batches, size):
    """Batches in lists of `size`, the last of which may be shorter."""
    group = []
    for batch in batches:
        group.append(batch)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def train(weights, data, out):
    if TRAINING is None:
        sys.exit("this model came without training settings; put them into CONFIG")
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    local, locals_ = int(os.environ.get("LOCAL_RANK", 0)), int(os.environ.get("LOCAL_WORLD_SIZE", 1))
    # A GPU for each process, or none for any.
    is_cuda = torch.cuda.device_count() >= locals_
    device = torch.device("cuda", local) if is_cuda else torch.device("cpu")
    if world > 1:
        dist.init_process_group("nccl" if is_cuda else "gloo")
    # Dropout differs from process to process.
    torch.manual_seed(CONFIG["seed"] + rank)

    x, y = (table.to(device) for table in read_data(data))
    kept = math.floor(len(x) * (1 - TRAINING["validationSplit"]))
    held_back = (x[kept:], y[kept:]) if kept < len(x) else None
    rows = TensorDataset(x[:kept], y[:kept])
    batch = min(TRAINING.get("batchSize", 32), len(rows))
    share = max(1, math.ceil(batch / world))
    if world > 1:
        sampler = DistributedSampler(rows, world, rank, shuffle=TRAINING["shuffle"], seed=CONFIG["seed"])
    else:
        order = torch.Generator().manual_seed(CONFIG["seed"])
        sampler = RandomSampler(rows, generator=order) if TRAINING["shuffle"] else SequentialSampler(rows)
    loader = DataLoader(rows, batch_size=share, sampler=sampler)

    net = load(weights).to(device)
    module = WithLoss(net)
    if world > 1:
        module = nn.parallel.DistributedDataParallel(module, device_ids=[local] if is_cuda else None)
    optimizer, plateau = make_optimizer(net.parameters()), Plateau()
    rate, schedule = TRAINING["optimizer"]["learningRate"], TRAINING["learningRateSchedule"]
    per_update, epochs = TRAINING["gradientAccumulationSteps"], TRAINING["epochs"]
    total, step = epochs * math.ceil(len(loader) / per_update), 0
    is_sum = TRAINING["loss"]["name"] == "halfSumSquaredError"
    if rank == 0 and TRAINING.get("earlyStopping"):
        print("early stopping is not part of this script: all epochs are trained")

    history = {"loss": [], **({"val_loss": []} if held_back else {})}
    for epoch in range(epochs):
        net.train()
        if world > 1:
            sampler.set_epoch(epoch)
        sums = torch.zeros(2, dtype=torch.float64)
        for group in groups_of(loader, per_update):
            # Gradients are averaged over the processes, which have equally many rows; a sum is no average.
            divisor = 1 / world if is_sum else sum(len(bx) for bx, _ in group)
            added = penalty(net)
            for i, (bx, by) in enumerate(group):
                is_last = i == len(group) - 1
                with contextlib.nullcontext() if is_last or world == 1 else module.no_sync():
                    loss = module(bx, by)
                    (loss / divisor).backward()
                scale = world * len(bx) if is_sum else 1
                sums += torch.tensor([loss.item() * scale + len(bx) * added, len(bx)], dtype=torch.float64)
            update(net, optimizer, rate * rate_factor(step, total) * plateau.factor)
            step += 1
        if world > 1:
            sums = sums.to(device)
            dist.all_reduce(sums)
        history["loss"].append((sums[0] / sums[1]).item())
        if held_back:
            history["val_loss"].append(validate(net, *held_back, batch, is_sum))
        if schedule["name"] == "reduceOnPlateau":
            plateau.tell(history[schedule.get("monitor", "val_loss" if held_back else "loss")][-1], rate)
        if rank == 0:
            print(f"epoch {epoch + 1}", *(f"{key} {values[-1]:.9g}" for key, values in history.items()), flush=True)

    if rank == 0:
        save(net.cpu(), weights, out, history)
    if world > 1:
        dist.destroy_process_group()
    return 0


def validate(net, x, y, batch, is_sum):
    """The loss of rows that are not trained on, penalty included."""
    net.eval()
    module, total = WithLoss(net).eval(), 0
    with torch.no_grad():
        for bx, by in zip(x.split(batch), y.split(batch)):
            total += module(bx, by).item() * (len(bx) if is_sum else 1)
    return total / len(x) + penalty(net)


def save(net, weights, out, history):
    """The trained weights, with the metadata of those before; examples have the answers of the new ones."""
    if not all(bool(torch.isfinite(values).all()) for values in net.state_dict().values()):
        sys.exit("the training diverged: a weight is not finite; nothing was written")
    metadata = dict(read_safetensors(weights)[1])
    metadata["history"] = json.dumps({key: [v if math.isfinite(v) else None for v in history[key]] for key in history})
    if "examples" in metadata:
        x = json.loads(metadata["examples"])["x"]
        with torch.no_grad():
            y = net.eval()(torch.tensor(x, dtype=torch.float32)).tolist()
        metadata["examples"] = json.dumps({"x": x, "y": y})
    write_safetensors(out, net.state_dict(), metadata)
    print(f"wrote {out}")
