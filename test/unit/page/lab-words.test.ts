/** What the page says of links, places of a training, layers and files: one clear sentence each, and the same words everywhere. */
import { signal } from '@preact/signals';
import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { identify } from '../../../src/page/lab/data/identify.js';
import { LAB_START } from '../../../src/page/lab/lab-state.js';
import { mostUnits } from '../../../src/page/lab/network/layer-facts.js';
import { panelOf } from '../../../src/page/lab/problem-place.js';
import type { TrainingEnd } from '../../../src/page/lab/training/news.js';
import { placeText, weightsPlace } from '../../../src/page/lab/training/weights-place.js';
import { hashOf, readHash } from '../../../src/page/state/link.js';
import { START } from '../../../src/page/state/page-state.js';

const linkOf = (document: object) =>
  `#lab/${Buffer.from(deflateSync(strToU8(JSON.stringify(document)))).toString('base64url')}`;
const said = (hash: string) => readHash(hash).problem;

describe('a link that cannot be followed', () => {
  test.each([
    ['nothing after its slash', '#lab/', 'The link is damaged: nothing follows its last slash; ask for it again.'],
    [
      'more than is read',
      `#lab/${'A'.repeat(300_000)}`,
      'The link is too long: it has 300,000 characters, and 262,144 are read at most; ask for the run as a file.',
    ],
    [
      'a seed below 0',
      linkOf({ walkthrough: { seed: -1, passes: 0 } }),
      'The link says -1 for walkthrough.seed, where a whole number from 0 to 4,294,967,295 is expected.',
    ],
    [
      'half a seed',
      linkOf({ walkthrough: { seed: 0.5, passes: 0 } }),
      'The link says 0.5 for walkthrough.seed, where a whole number from 0 to 4,294,967,295 is expected.',
    ],
    ['no seed', linkOf({ walkthrough: { passes: 0 } }), 'The link lacks walkthrough.seed.'],
    ['a field more', linkOf({ extra: 1 }), 'The link has a field extra, which this page does not know.'],
    [
      'another backend',
      linkOf({ lab: { ...LAB_START, backend: 'abacus' } }),
      'The link says "abacus" for lab.backend, where ("auto" | "webgpu" | "cpu") is expected.',
    ],
    [
      'a run without layers',
      linkOf({ lab: { ...LAB_START, run: { ...LAB_START.run, model: { layers: [] } } } }),
      'The link holds a run that is refused: model.layers: found a list of 0, expected at least one layer.',
    ],
  ])('%s', (_, hash, sentence) => {
    expect(said(hash)).toBe(`${sentence} The usual start is shown instead.`);
  });

  test('control: one that can be is not spoken of', () => {
    expect(said(hashOf({ ...START, view: 'lab', walkthrough: { seed: 3, passes: 9 } }))).toBeUndefined();
    expect(said('#lab')).toBeUndefined();
  });
});

describe('the place whose weights are shown', () => {
  const training = (end: Partial<TrainingEnd> | undefined, restoreBestWeights = false) => ({
    end: signal(end as TrainingEnd | undefined),
    snapshot: signal(end ? undefined : { place: { epoch: 3, turn: 0, step: 39 }, weights: [] }),
    progress: signal({ step: 45, steps: 130, examplesPerSecond: 1, secondsLeft: 0, secondsSpent: 1 }),
    start: signal({ epochs: 10 } as never),
    run: signal({
      ...LAB_START.run,
      training: { ...LAB_START.run.training, earlyStopping: { patience: 1, restoreBestWeights } },
    }),
  });

  test('is said the same way while it trains and when it has ended', () => {
    expect(weightsPlace(training(undefined))).toBe('after epoch 3');
    expect(weightsPlace(training({ epochs: 10, isStopped: false, bestEpoch: undefined }))).toBe('after epoch 10');
    expect(weightsPlace(training({ epochs: 3, isStopped: true, bestEpoch: undefined }))).toBe(
      'in epoch 4, after step 45',
    );
  });

  test('is the best epoch only where its weights were put back', () => {
    const end = { epochs: 10, isStopped: false, bestEpoch: 7 };
    expect(weightsPlace(training(end, true))).toBe('after epoch 7');
    expect(weightsPlace(training(end))).toBe('after epoch 10');
  });

  test('before the first step there is no epoch 0', () => {
    expect(placeText({ epoch: 0, turn: 0, step: 0 })).toBe('before the first step');
    expect(placeText({ epoch: 0, turn: 1, step: 1 })).toBe('in epoch 1, after step 1');
  });
});

test('a layer has as many units as one kernel with its bias may hold', () => {
  const units = mostUnits(2);
  expect([units * 3 <= 2 ** 28, (units + 1) * 3 <= 2 ** 28]).toEqual([true, false]);
});

test('a problem is said in the panel that has its field', () => {
  const names = ['training.optimizer.learningRate', 'model.seed', 'model.layers[0].units', 'data.testSplit'].map(
    (field) => panelOf(field)?.name,
  );
  expect(names).toEqual(['How it is trained', 'How it is trained', 'Network', 'Data']);
  expect(panelOf('x')).toBeUndefined();
  expect(panelOf(undefined)).toBeUndefined();
});

describe('a file that is a model', () => {
  test.each(['model.safetensors', 'net.onnx', 'weights.pt', 'model.keras'])(
    '%s: says where it is opened',
    async (name) => {
      await expect(identify([new File(['x'], name)])).rejects.toThrow(
        `${name}: found a model, expected rows of data; a model is opened under Results, “Open a model”.`,
      );
    },
  );

  test('control: rows of data are none', async () => {
    await expect(identify([new File(['a,b\n1,2\n'], 'model.csv')])).resolves.toMatchObject({
      data: { csv: 'model.csv' },
    });
  });
});
