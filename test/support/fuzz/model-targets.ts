/**
 * Fuzz targets for models and trainings in files: safetensors, model files, PyTorch, ONNX, models in JSON, archives, checkpoints and
 * going on from them. Changed bytes, headers and metadata made of hostile JSON, and graphs that no exporter writes.
 */
import fc from 'fast-check';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/checkpoint/file.js';
import { checkFingerprint } from '../../../src/checkpoint/fingerprint.js';
import { layerWidths } from '../../../src/core/model.js';
import type { SavedState } from '../../../src/core/saved-state.js';
import { taskOf } from '../../../src/core/task.js';
import { applyInputs } from '../../../src/data/apply.js';
import { memoryFile } from '../../../src/data/file.js';
import { readJson } from '../../../src/data/json.js';
import { parsePreprocessing } from '../../../src/data/preprocessing.js';
import { applyTarget, labelsOf, unscaleTarget } from '../../../src/data/targets.js';
import { writeModel, readModel } from '../../../src/formats/model-file.js';
import { exportOnnx } from '../../../src/formats/onnx.js';
import { importOnnx } from '../../../src/formats/onnx-import.js';
import { exportPytorch } from '../../../src/formats/pytorch.js';
import { importPytorch } from '../../../src/formats/pytorch-import.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors.js';
import { openModel } from '../../../src/page/lab/results/files-of-model.js';
import { readModelJson, writeModelJson } from '../../../src/page/lab/results/model-json.js';
import { predict } from '../../../src/reference/evaluate.js';
import { goOn, stateOf } from '../../../src/reference/saved.js';
import { referenceEpochs, type ReferenceProgress } from '../../../src/reference/training.js';
import { type Bytes, zip } from '../../unit/data/arrays.js';
import { fileOf } from '../../unit/formats/format-refusal.js';
import { savedModel } from '../../unit/formats/saved.js';
import { RESUMED } from '../checkpoints.js';
import { hostileBytes } from './bytes.js';
import { liedZip } from './data-targets.js';
import { changedJson, hostileJson, valueOf } from './json.js';
import { target } from './judge.js';
import { strangeGraph } from './onnx-graphs.js';

const NAME = 'hostile';
const TRAINING = { loss: 'sparseCategoricalCrossentropy', epochs: 2 } as const;
const CLASSES = ['no', 'yes', 'maybe'];
const saved = {
  ...savedModel(undefined, 4, TRAINING),
  classes: CLASSES,
  history: { loss: [1, 0.5] },
  preprocessing: {
    inputs: [{ kind: 'numbers', name: 'a', width: 4, shift: 1, scale: 2 }],
    target: { kind: 'classes', name: 'kind', classes: CLASSES, encoding: 'number', outputs: 3 },
  },
};
/** What that model takes, with its targets. */
const TABLE = JSON.stringify([
  { a: [1, 2, 3, 4], kind: 'no' },
  { a: [5, 6, 7, 8], kind: 'maybe' },
]);
const modelFile = writeModel(saved);
const torchFile = exportPytorch(saved).find(({ name }) => name.endsWith('.safetensors'))!.bytes;
const onnxFiles = [false, true].map(
  (preprocessing) => exportOnnx(saved, { preprocessing }).find(({ name }) => name === 'model.onnx')!.bytes,
);
const jsonFile = new TextDecoder().decode(
  writeModelJson(
    { ...savedModel([{ units: 2 }, { type: 'layerNormalization' }], 2, { loss: 'meanSquaredError' }) },
    { csv: 'a.csv' },
  ),
);

/** The same tensors under a header of hostile JSON, behind its right length or any other. */
function headers(file: Uint8Array): fc.Arbitrary<Bytes> {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = valueOf(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const claimed = fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  );
  const data = Array.from(file.subarray(8 + length));
  return fc.tuple(hostileJson([header]), claimed).map(([text, claim]) => Uint8Array.from(fileOf(text, data, claim)));
}

/** The same tensors, with hostile JSON in one of the texts that say what they are. */
function metadataOf(file: Uint8Array): fc.Arbitrary<Bytes> {
  const { tensors, metadata } = decodeSafetensors(file, NAME);
  const changed = Object.entries(metadata).map(([key, text]) =>
    changedJson([valueOf(text)]).map((json) => encodeSafetensors(tensors, { ...metadata, [key]: json })),
  );
  return fc.oneof(...changed);
}

/** A task whose checkpoints have everything in them, and a state in the middle of its training. */
const task = taskOf(Object.values(RESUMED)[0]!);
function progressOf(from?: SavedState): ReferenceProgress {
  const found: ReferenceProgress[] = [];
  const epochs = referenceEpochs(task, {
    onStart(progress) {
      found.push(progress);
      if (from) goOn(progress, from);
    },
  });
  for (let turn = 0; turn < (from ? 2 : 12); turn++) if (epochs.next().done) break;
  return found[0]!;
}
const state = stateOf(progressOf());
const checkpoint: Checkpoint = { fingerprint: '{"model.seed":7}', state };
const checkpointFile = encodeCheckpoint(checkpoint);

/** A state that somebody changed who knows how to seal it: its checksum is right. */
const { tensors: stateTensors, ...said } = state;
const sealedSaid = changedJson([said])
  .map((text): SavedState => ({ ...(valueOf(text) as SavedState), tensors: stateTensors }))
  .filter(isWritable);
const numbers = fc.oneof(
  fc.float64Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }).map((values) => Uint32Array.from(values)),
);
const sealedTensors = fc
  .tuple(
    fc.constantFrom(
      ...Object.keys(stateTensors),
      '__proto__',
      'plateau',
      'lastOutputs',
      'lastOutputs.values',
      'running',
    ),
    fc.oneof(numbers, fc.constant(undefined)),
    fc.array(fc.double(), { maxLength: 4 }),
  )
  .map(([name, values, first]): SavedState => {
    const old = Object.hasOwn(stateTensors, name) ? stateTensors[name] : undefined;
    const copy = old?.slice() ?? new Float64Array(2);
    first.forEach((value, i) => i < copy.length && (copy[i] = value));
    return { ...state, tensors: Object.fromEntries([...Object.entries(stateTensors), [name, values ?? copy]]) };
  });
const sealed = fc.oneof(sealedSaid, sealedTensors);

const archived = fc
  .tuple(
    fc.constantFrom('m.safetensors', '../../m.safetensors', 'a/m.onnx', 'data.pkl', 'model.weights.h5', 'm.zip'),
    fc.nat(5),
  )
  .map(([name, depth]) => {
    let bytes: Bytes = Uint8Array.from(name.endsWith('.onnx') ? onnxFiles[0]! : modelFile);
    for (let i = 0; i <= depth; i++) bytes = zip([{ name, bytes }]);
    return bytes;
  });

/** What is nested too deep to be sealed by the product's own writer is for the checkpoints that are changed as bytes. */
function isWritable(state: SavedState): boolean {
  try {
    encodeCheckpoint({ ...checkpoint, state });
    return true;
  } catch {
    return false;
  }
}

export const MODEL_TARGETS = [
  target('safetensors', hostileBytes([modelFile, torchFile], headers(modelFile)), (bytes) =>
    decodeSafetensors(bytes, NAME),
  ),
  target('model file', hostileBytes([modelFile], headers(modelFile), metadataOf(modelFile)), (bytes) =>
    readModel(bytes, NAME),
  ),
  target('pytorch', hostileBytes([torchFile], headers(torchFile), metadataOf(torchFile)), (bytes) =>
    importPytorch(bytes, NAME),
  ),
  target('model exported again', metadataOf(modelFile), (bytes) => {
    const read = readModel(bytes, NAME);
    exportPytorch(read);
    exportOnnx(read);
    exportOnnx(read, { preprocessing: true });
  }),
  target('model used on a table', metadataOf(modelFile), async (bytes) => {
    const { model, inputs, weights, preprocessing } = readModel(bytes, NAME);
    const outputs = layerWidths(model.layers, inputs).at(-1)!;
    const prepared = parsePreprocessing(preprocessing, NAME, { inputs, outputs });
    const table = await readJson(memoryFile('table', TABLE));
    const found = predict(model, weights, applyInputs(prepared, table));
    unscaleTarget(prepared, found);
    labelsOf(prepared, found);
    applyTarget(prepared, table);
  }),
  target(
    'pytorch with layers',
    fc.tuple(hostileBytes([torchFile]), hostileJson([saved.model.layers])),
    ([bytes, layers]) => importPytorch(bytes, NAME, { layers: valueOf(layers) as typeof saved.model.layers }),
  ),
  target('onnx', hostileBytes(onnxFiles, strangeGraph, strangeGraph), (bytes) => importOnnx(bytes, NAME)),
  target('model as json', hostileJson([valueOf(jsonFile)]), (text) =>
    readModelJson(new TextEncoder().encode(text), NAME),
  ),
  target(
    'any model file',
    fc.tuple(
      fc.oneof(hostileBytes([modelFile, torchFile, ...onnxFiles, checkpointFile]), archived, liedZip),
      fc.constantFrom('a', 'a.onnx', 'a.safetensors', 'a.json', 'a.zip', 'a.keras', 'a.h5', 'a.pt'),
    ),
    ([bytes, name]) => openModel(bytes, name, savedModel().model.layers),
  ),
  target('checkpoint', hostileBytes([checkpointFile], headers(checkpointFile), metadataOf(checkpointFile)), (bytes) =>
    decodeCheckpoint(bytes, NAME),
  ),
  target('checkpoint that is sealed', sealed, (from) => {
    const read = decodeCheckpoint(encodeCheckpoint({ ...checkpoint, state: from }), NAME);
    progressOf(read.state);
  }),
  target(
    'checkpoint of another run',
    hostileJson([{ 'model.seed': 7, 'training.epochs': 2, 'the first weights': [1] }]),
    (text) => checkFingerprint(NAME, text, checkpoint.fingerprint),
  ),
];
