/**
 * Fuzz targets for documents: runs as values and as text with comments, links of the page, how inputs are prepared, what was measured
 * of products before.
 */
import { deflateSync, strToU8 } from 'fflate';
import fc from 'fast-check';
import { parseJsonc } from '../../../src/cli/parse-jsonc.js';
import { exampleRun, EXAMPLE_KINDS } from '../../../src/cli/init.js';
import { parseRun } from '../../../src/core/run.js';
import { DataError } from '../../../src/data/data-error.js';
import { memoryFile } from '../../../src/data/file.js';
import { loadRun } from '../../../src/data/load.js';
import { parsePreprocessing } from '../../../src/data/preprocessing.js';
import { VARIANTS } from '../../../src/passes/products.js';
import { LAB_START } from '../../../src/page/lab/lab-state.js';
import { readRun } from '../../../src/page/lab/results/run-file.js';
import { readHash } from '../../../src/page/state/link.js';
import { VIEWS } from '../../../src/page/state/page-state.js';
import { article } from '../../../src/runs/article.js';
import { recall, remember } from '../../../src/tune/store.js';
import { edited } from './bytes.js';
import { changedJson, hostileJson, valueOf } from './json.js';
import { Said, target } from './judge.js';

const WIDE = {
  data: { x: [[1, 2], [3, 4], [5, 6]], y: [[0], [1], [2]], sampleWeight: [1, 2, 0.5], validation: { x: [[1, 2]], y: [[1]] } }, // prettier-ignore
  model: {
    seed: 7,
    layers: [
      {
        units: 4,
        activation: 'tanh',
        kernelInitializer: { name: 'randomNormal', stddev: 0.1 },
        kernelRegularizer: { l2: 0.1 },
      },
      { type: 'dropout', rate: 0.25 },
      { type: 'batchNormalization' },
      { type: 'layerNormalization', epsilon: 0.01 },
      { type: 'activation', activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
  },
  training: {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: {
      name: 'adamW',
      learningRate: { name: 'exponentialDecay', initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.9 },
    },
    epochs: 3,
    batchSize: 2,
    metrics: ['accuracy', 'confusionMatrix'],
    earlyStopping: { patience: 2, restoreBestWeights: true },
    classWeight: [1, 2, 3],
  },
};
const NAMED = {
  data: { csv: 'a.csv', target: 'kind', types: { a: 'text' }, missing: 'mean', validationSplit: 0.2, limit: 10 },
  model: WIDE.model,
  training: WIDE.training,
};
const RUNS: readonly unknown[] = [article, WIDE, NAMED, LAB_START.run];
const COMMENTED = EXAMPLE_KINDS.map(exampleRun);

/** What a program may hand over where a document should be: functions, symbols, dates, maps, things without a prototype. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withTypedArray: true,
});

/** Whatever a run names is this table, but for names that no file has. */
const anyFile = {
  open: (path: string) =>
    path.length > 100
      ? Promise.reject(new DataError(path, '', 'no file', 'a file'))
      : Promise.resolve(memoryFile(path, `a,b,kind\n${'1,x,u\n2,y,v\n,x,w\n4,z,u\n'.repeat(4)}`)),
};

const jsonc = fc.oneof(
  { weight: 2, arbitrary: hostileJson(RUNS) },
  edited(COMMENTED.map((text) => new TextEncoder().encode(text))).map((bytes) => new TextDecoder().decode(bytes)),
  fc.array(fc.constantFrom('/*', '*/', '//', '"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\u2028', 'a', '1', ' '), { maxLength: 60 }).map((all) => all.join('')), // prettier-ignore
);

const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const hashes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => `#${text}`),
  fc
    .tuple(fc.constantFrom(...VIEWS), hostileJson([{ lab: LAB_START, walkthrough: { seed: 3, passes: 9 } }]))
    .map(([view, text]) => `#${view}/${base64Url(deflateSync(strToU8(text)))}`),
  edited([deflateSync(strToU8(JSON.stringify({ lab: LAB_START })))]).map((bytes) => `#lab/${base64Url(bytes)}`),
);

const PREPARED: readonly unknown[] = [
  {
    inputs: [
      { kind: 'numbers', name: 'pixels', width: 4, shape: [2, 2], shift: [1, 2, 3, 4], scale: 255, fill: [1, 2, 3, 4] },
      { kind: 'categories', name: 'soil', categories: ['dry', 'wet'], fill: 'wet', unknown: 'zeros' },
    ],
    target: { kind: 'classes', name: 'kind', classes: ['lily', 'rose'], encoding: 'number', outputs: 2 },
  },
  {
    inputs: [{ kind: 'numbers', name: 'column1', width: 1, shift: 0, scale: 1 }],
    target: { kind: 'numbers', names: ['column2'], columns: [{ name: 'column2', width: 1 }], shift: [1], scale: [2] },
    nameless: 2,
  },
];

const [variant] = Object.keys(VARIANTS);
const TUNED = [{ version: 1, adapters: { 'an adapter': { 'a bucket': variant }, constructor: { b: variant } } }];

export const DOCUMENT_TARGETS = [
  target('run document', hostileJson(RUNS), (text) => parseRun(valueOf(text))),
  target(
    'run of any value',
    fc.oneof(anything, fc.record({ data: anything, model: anything, training: anything })),
    parseRun,
  ),
  target('run that names its data', changedJson([NAMED, LAB_START.run]), (text) =>
    loadRun(valueOf(text), { opener: anyFile }),
  ),
  target('run with comments', jsonc, (text) => parseRun(parseJsonc(text, 'hostile.json'))),
  target('run file of the page', hostileJson(RUNS), (text) => readRun(text, 'hostile')),
  target('link', hashes, (hash) => {
    const { problem } = readHash(hash);
    if (problem !== undefined) throw new Said(problem);
  }),
  target('preprocessing', hostileJson(PREPARED), (text) => parsePreprocessing(valueOf(text), 'hostile')),
  target(
    'tuning store',
    fc.tuple(hostileJson(TUNED), fc.constantFrom('an adapter', '__proto__', 'constructor', '')),
    async ([text, adapter]) => {
      const store = { read: () => Promise.resolve(text), write: () => Promise.resolve() };
      const known = await recall(store, adapter);
      const stranger = Object.values(known).find((name) => !Object.hasOwn(VARIANTS, name));
      if (stranger !== undefined) throw new Error(`A variant that there is not: ${String(stranger)}`);
      await remember(store, adapter, known);
    },
  ),
];
