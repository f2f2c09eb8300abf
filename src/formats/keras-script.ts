/** The Python script that goes with a Keras export: it loads the model with Keras 3 and checks it by its examples. */
export const LOAD_KERAS = `"""Loads model.keras with Keras 3 and checks it by model.examples.json. pip install keras and one of jax, torch, tensorflow.

Without the whole file: build the model from its description and load the weights alone:
    model = keras.models.model_from_json(open("model_config.json").read())
    model.load_weights("model.keras")
Without Keras: model.keras is a zip; model.weights.h5 in it opens with h5py, kernels as (inputs, units) in
layers/dense/vars/0, biases in layers/dense/vars/1, of batch normalization gamma, beta, moving mean, moving variance.
"""
import json
import os
import sys
from pathlib import Path

# Keras takes TensorFlow where nothing is said, also where another one is installed.
if "KERAS_BACKEND" not in os.environ:
    from importlib.util import find_spec

    os.environ["KERAS_BACKEND"] = next((b for b in ("tensorflow", "jax", "torch") if find_spec(b)), "numpy")

import keras
import numpy as np

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
model = keras.models.load_model(folder / "model.keras")
model.summary()

examples = folder / "model.examples.json"
if examples.exists():
    expected = json.loads(examples.read_text())
    outputs = np.asarray(expected["outputs"])
    found = np.asarray(model.predict(np.asarray(expected["inputs"], dtype="float32"), verbose=0))
    off = np.abs(found - outputs) / np.maximum(1, np.abs(outputs))
    # Written so that NaN fails.
    if not (found.shape == outputs.shape and np.all(off <= expected["tolerance"])):
        sys.exit(f"The model answers otherwise than it should: off by {off.max()}, allowed are {expected['tolerance']}.")
    print(f"{len(outputs)} examples answered as they should be, the farthest off by {off.max():.1e}.")
`;
