/** A checkpoint as a file: every bit comes back, and a file that is not as it was written is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/checkpoint/file.js';
import { CheckpointError, type SavedState } from '../../../src/core/saved-state.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors.js';
import type { Tensor } from '../../../src/formats/tensor.js';

const state: SavedState = {
  backend: 'webgpu',
  schedule: 'layered',
  adapter: 'an adapter',
  place: { epoch: 2, turn: 1, step: 5 },
  isOver: false,
  history: { loss: [0.5, NaN], val_auc: [-Infinity, -0] },
  confusionMatrices: {
    confusionMatrix: [
      [
        [1, 0],
        [2, 3],
      ],
      [
        [0, 0],
        [0, 6],
      ],
    ],
  },
  tensors: {
    wide: Float64Array.of(1 / 3, -0, NaN, Infinity),
    words: Uint32Array.of(0, 0xffffffff),
    floats: Float32Array.of(0.1, -0, NaN),
    none: new Float32Array(),
  },
};
const checkpoint: Checkpoint = { fingerprint: '{"model.seed":7}', state };
const bytes = encodeCheckpoint(checkpoint);

/** The sentence with which bytes are refused; undefined for a checkpoint. Any other error is thrown on. */
function refusal(file: Uint8Array): string | undefined {
  try {
    decodeCheckpoint(file, 'it');
    return undefined;
  } catch (error) {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  }
}

/** A file with its own checksum over whatever it holds: what only somebody who means it would write. */
function sealed(inner: unknown): Uint8Array {
  return encodeCheckpoint({ fingerprint: 'f', state: { ...(inner as SavedState), tensors: {} } });
}

test('every bit comes back, of numbers that JSON does not have too', () => {
  const read = decodeCheckpoint(bytes, 'it');
  expect(read).toEqual(checkpoint);
  expect(Object.is(read.state.history['val_auc']![1], -0)).toBe(true);
  expect(Object.is(read.state.tensors['wide']![1], -0)).toBe(true);
  expect(
    Object.values(read.state.tensors)
      .map((tensor) => tensor.constructor.name)
      .sort(),
  ).toEqual(['Float32Array', 'Float32Array', 'Float64Array', 'Uint32Array']);
  // The same state gives the same file.
  expect(encodeCheckpoint(read)).toEqual(bytes);
});

test('a state of the CPU before its first epoch', () => {
  const cpu: SavedState = {
    ...{ backend: 'cpu', schedule: undefined, adapter: undefined, place: { epoch: 0, turn: 0, step: 0 } },
    ...{ isOver: false, history: { loss: [] }, confusionMatrices: {}, tensors: {} },
  };
  expect(decodeCheckpoint(encodeCheckpoint({ fingerprint: '', state: cpu }), 'it')).toEqual({
    fingerprint: '',
    state: cpu,
  });
});

test('any state comes back', () => {
  const curve = (length: number) => fc.array(fc.double(), { minLength: length, maxLength: length });
  const states = fc.nat(3).chain((epoch) =>
    fc.record({
      backend: fc.constantFrom('cpu' as const, 'webgpu' as const),
      schedule: fc.constantFrom(undefined, 'layered', 'persistent'),
      adapter: fc.option(fc.string(), { nil: undefined }),
      place: fc.record({ epoch: fc.constant(epoch), turn: fc.nat(), step: fc.nat() }),
      isOver: fc.boolean(),
      history: fc.record({ loss: curve(epoch), val_loss: curve(epoch) }),
      confusionMatrices: fc.constant({}),
      tensors: fc.dictionary(
        fc.string().filter((name) => !['__metadata__', '__proto__'].includes(name)),
        fc.float64Array({ maxLength: 4 }),
        { noNullPrototype: true },
      ),
    }),
  );
  fc.assert(
    fc.property(states, fc.string(), (any, fingerprint) => {
      const kept = JSON.stringify([any.adapter ?? '', fingerprint, ...Object.keys(any.tensors)]);
      // UTF-8 has no halves of surrogate pairs.
      fc.pre(kept === JSON.stringify(JSON.parse(new TextDecoder().decode(new TextEncoder().encode(kept)))));
      expect(decodeCheckpoint(encodeCheckpoint({ fingerprint, state: any }), 'it')).toEqual({
        fingerprint,
        state: any,
      });
    }),
  );
});

test('a file that was cut short anywhere is refused, and one with more behind it', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect([length, refusal(bytes.subarray(0, length))]).not.toEqual([length, undefined]);
  }
  expect(refusal(Uint8Array.from([...bytes, 0]))).toContain('it: found ');
  // Control: the whole of it is not.
  expect(refusal(bytes)).toBeUndefined();
});

test('a file in which any one bit has flipped is refused', () => {
  const passed: number[] = [];
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    if (refusal(flipped) === undefined) passed.push(bit);
  }
  expect(passed).toEqual([]);
});

test('zeros in the place of a part of it, as a disk leaves them that lost power, are refused', () => {
  for (let start = 0; start < bytes.length; start += 16) {
    const torn = bytes.slice();
    torn.fill(0, start);
    if (bytes.subarray(start).every((byte) => byte === 0)) continue;
    expect([start, refusal(torn)]).not.toEqual([start, undefined]);
  }
});

describe('is told what it is instead', () => {
  test.each([
    ['another file', new TextEncoder().encode('{"a": 1} and more'), 'it: found a header of '],
    [
      'weights',
      encodeSafetensors(new Map(), { format: 'pt' }),
      'it: found another kind of file, expected a checkpoint.',
    ],
    [
      'a checkpoint of a program to come',
      encodeSafetensors(new Map(), { format: 'idli checkpoint', version: '2' }),
      'it: found version 2, expected version 1, which this program reads.',
    ],
    [
      'one whose checksum is gone',
      encodeSafetensors(new Map(), { format: 'idli checkpoint', version: '1' }),
      'it: found another checksum than it says, expected a file as it was written.',
    ],
  ])('%s', (_, file, sentence) => {
    expect(refusal(file)).toContain(sentence);
  });
});

describe('a state with a right checksum that no program writes is refused', () => {
  test.each<[string, Partial<Record<keyof SavedState, unknown>>]>([
    ['another backend', { backend: 'abacus' }],
    ['another schedule', { schedule: 'lazy' }],
    ['an adapter that is a number', { adapter: NaN }],
    ['a place before the first', { place: { epoch: -1, turn: 0, step: 0 } }],
    ['half an epoch', { place: { epoch: 1.5, turn: 0, step: 0 } }],
    ['no loss', { history: {} }],
    ['a history of fewer epochs', { history: { loss: [1] } }],
    ['curves of two lengths', { history: { loss: [1, 2], auc: [1] } }],
    ['a history with a text', { history: { loss: [1, 'a'] } }],
    ['confusion matrices of fewer epochs', { confusionMatrices: { confusionMatrix: [] } }],
    ['a confusion matrix with half an example', { confusionMatrices: { confusionMatrix: [[[0.5]], [[1]]] } }],
    ['a field too many', { more: 1 } as object],
  ])('%s', (_, change) => {
    expect(refusal(sealed({ ...state, ...change }))).toBe(
      'it: found a state that this program does not know, expected one that it wrote.',
    );
    // Control: without the change it is read.
    expect(refusal(sealed(state))).toBeUndefined();
  });

  test('whatever stands there, nothing but a CheckpointError is thrown', () => {
    fc.assert(fc.property(fc.jsonValue(), (inner) => void refusal(sealed(inner))));
    fc.assert(
      fc.property(
        fc.record({
          format: fc.constant('idli checkpoint'),
          version: fc.constant('1'),
          state: fc.string(),
          checksum: fc.string(),
        }),
        (metadata) => void expect(refusal(encodeSafetensors(new Map(), metadata))).toBeDefined(),
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void expect(refusal(any)).toBeDefined()));
  });

  test('a tensor more, and one of another name, type or shape', () => {
    const { tensors, metadata } = decodeSafetensors(bytes, 'it');
    const { data } = tensors.get('wide')!;
    const others = {
      more: ['more', { dtype: 'U8', shape: [1], data: Uint8Array.of(1) }],
      shape: ['wide', { dtype: 'F64', shape: [2, 2], data }],
      type: ['wide', { dtype: 'U32', shape: [8], data: new Uint32Array(data.slice().buffer) }],
    } as unknown as Record<string, [string, Tensor]>;
    for (const [name, other] of Object.entries(others)) {
      const file = encodeSafetensors(new Map([...tensors, other]), metadata);
      expect([name, refusal(file)]).toEqual([name, expect.stringContaining('another checksum')]);
    }
    // Control: as they are, they pass.
    expect(refusal(encodeSafetensors(tensors, metadata))).toBeUndefined();
  });
});

test('a history that is longer than a header may be is not written, where it could not be read', () => {
  const long = { ...state, adapter: 'x'.repeat(100_000_001) };
  expect(() => encodeCheckpoint({ fingerprint: '', state: long })).toThrow(
    /found \d+ bytes, expected at most 100000000/,
  );
});
