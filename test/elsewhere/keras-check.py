"""Loads a Keras export and says as JSON what Keras makes of it: answers, layers, and whatever config.json says otherwise than Keras.

Usage: keras-check.py FOLDER, with model.keras, model_config.json and model.examples.json in it.
"""
import json
import os
import sys
import zipfile
from importlib.util import find_spec

os.environ.setdefault("KERAS_BACKEND", next((b for b in ("jax", "tensorflow", "torch") if find_spec(b)), "numpy"))

import keras
import numpy as np

folder = sys.argv[1]
path = folder + "/model.keras"


def differences(ours, theirs, place=""):
    """Every field that we wrote, and that Keras, having read it, would write with another value."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if place + "." + key == ".compile_config.loss.config.delta":
                pass  # Keras reads it and does not write it: "huber" of the report shows that it was read.
            elif key not in theirs:
                yield f"{place}.{key}: absent"
            else:
                yield from differences(value, theirs[key], f"{place}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (a, b) in enumerate(zip(ours, theirs)):
            yield from differences(a, b, f"{place}[{i}]")
    elif isinstance(ours, str) and isinstance(theirs, dict) and theirs.get("class_name") == "DTypePolicy":
        yield from differences(ours, theirs["config"]["name"], place)
    elif isinstance(ours, float) and isinstance(theirs, float) and np.float32(ours) == np.float32(theirs):
        pass  # Keras holds learning rates as float32.
    elif ours != theirs or (isinstance(ours, float) != isinstance(theirs, float)):
        yield f"{place}: {ours!r} and {theirs!r}"


with zipfile.ZipFile(path) as archive:
    written = json.loads(archive.read("config.json"))
model = keras.models.load_model(path)
config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))

with open(folder + "/model.examples.json") as file:
    examples = json.load(file)
x = np.array(examples["inputs"], "float32")
with open(folder + "/model_config.json") as file:
    described = keras.models.model_from_json(file.read())
described.load_weights(path)
report = {
    "keras": keras.__version__,
    "differences": list(differences(written, config)),
    "layers": [type(layer).__name__ for layer in model.layers],
    "answers": np.asarray(model.predict(x, verbose=0), "float64").tolist(),
    "described": np.asarray(described.predict(x, verbose=0), "float64").tolist(),
    "trained": None,
    "huber": None,
}
if model.compiled:
    y = np.array(examples["outputs"], "float32")
    targets = y.argmax(1) if "Sparse" in type(model.loss).__name__ else np.round(np.clip(y, 0, 1))
    losses = [float(model.train_on_batch(x, targets, return_dict=True)["loss"]) for _ in range(2)]
    report["trained"] = losses
    if isinstance(model.loss, keras.losses.Huber):
        report["huber"] = float(model.loss(np.zeros((1, 1)), np.full((1, 1), 10.0)))
print(json.dumps(report))
