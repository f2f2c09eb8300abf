/** A training under way: who hears of it, what holds it, how it ends. */
import { describe, expect, test } from 'vitest';
import {
  earlyStopping,
  dense,
  type EpochReport,
  type Fit,
  type Model,
  sequential,
  sgd,
  TrainingError,
} from '../../src/index.js';

/** One weight, which starts at 1; with y = 2x and learning rate 0.25 its distance from 2 halves at each step. */
const line = (): Model => sequential([dense(1, { useBias: false, kernelInitializer: 'ones' })], { inputs: 1 });
const halving = { loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.25 }), backend: 'cpu' } as const;
const slope = (model: Model): number => model.weights()[0]!.kernel!.values[0]!;
/** So long that nobody waits for its end. */
const endless = { ...halving, epochs: 1_000_000 } as const;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a training under way', () => {
  test('tells each epoch, however late the loop begins', async () => {
    const model = line();
    const fit = model.fit([[1]], [2], { ...halving, epochs: 3 });
    const early: EpochReport[] = [];
    for await (const report of fit) early.push(report);
    expect(early.map(({ epoch, logs }) => [epoch, logs.loss])).toEqual([
      [1, 1],
      [2, 0.25],
      [3, 0.0625],
    ]);
    await fit;
    const late: EpochReport[] = [];
    for await (const report of fit) late.push(report);
    expect(late).toEqual(early);
  });

  test('is stopped by leaving the loop, after which the model trains again', async () => {
    const model = line();
    const fit = model.fit([[1]], [2], endless);
    for await (const { epoch } of fit) if (epoch === 3) break;
    const { epochs, history } = await fit.result;
    expect(epochs).toBeGreaterThanOrEqual(3);
    expect(epochs).toBeLessThan(1_000_000);
    expect(history.loss).toHaveLength(epochs);
    expect((await model.fit([[1]], [2], halving)).loss).toHaveLength(1);
  });

  test('is stopped by an error in the loop, which is what is thrown', async () => {
    const model = line();
    const loop = async () => {
      for await (const { epoch } of model.fit([[1]], [2], endless)) if (epoch === 2) throw new Error('mine');
    };
    await expect(loop()).rejects.toThrow('mine');
    expect(slope(model)).toBeGreaterThan(1.5);
    await model.fit([[1]], [2], halving);
  });

  test('pauses, goes on, and stops with what it has', async () => {
    const model = line();
    const done: number[] = [];
    const fit = model.fit([[1]], [2], { ...endless, callbacks: [{ onEpochEnd: ({ epoch }) => done.push(epoch) }] });
    expect(fit.paused).toBe(false);
    await pause(60);
    fit.pause();
    expect(fit.paused).toBe(true);
    await pause(60);
    const held = done.length;
    expect(held).toBeGreaterThan(0);
    await pause(60);
    expect(done).toHaveLength(held);
    fit.resume();
    await pause(120);
    expect(done.length).toBeGreaterThan(held);
    fit.pause();
    fit.stop();
    const history = await fit;
    expect(history.loss).toHaveLength(done.length);
    expect(fit.paused).toBe(false);
    expect(slope(model)).toBeGreaterThan(1.9);
  });

  test('pauses and stops within an epoch too', async () => {
    const model = line();
    // An epoch of so many updates that nobody waits for it.
    const rows = 200_000;
    const x = new Float32Array(rows).fill(1);
    let begun = 0;
    const options = { ...endless, optimizer: sgd({ learningRate: 1e-7 }), batchSize: 1, shuffle: false };
    const onEpochBegin = () => void (begun += 1);
    const fit = model.fit(
      x,
      x.map(() => 2),
      { ...options, callbacks: [{ onEpochBegin }] },
    );
    await pause(100);
    fit.pause();
    await pause(20);
    const held = slope(model);
    fit.stop();
    expect((await fit).loss).toEqual([]);
    expect([begun, held]).toEqual([1, 1]);
    expect(slope(model)).toBeGreaterThan(1);
    expect(slope(model)).toBeLessThan(1.5);
  });

  test('stopped before it begins changes nothing, and tells of no epoch', async () => {
    const model = line();
    const seen: string[] = [];
    const callbacks = [{ onEpochBegin: () => seen.push('begin'), onEpochEnd: () => seen.push('end') }];
    const fit = model.fit([[1]], [2], { ...endless, callbacks });
    fit.stop();
    expect((await fit).loss).toEqual([]);
    expect(seen).toEqual([]);
    expect(slope(model)).toBe(1);
    // In the hook before the first epoch too.
    const other: Fit = model.fit([[1]], [2], { ...endless, callbacks: [{ onEpochBegin: () => other.stop() }] });
    expect((await other).loss).toEqual([]);
    expect(slope(model)).toBe(1);
  });

  test('leaves weights it can go on from, also after a divergence', async () => {
    const model = line();
    const wild = { ...halving, optimizer: sgd({ learningRate: 1e6 }), epochs: 100 };
    await expect(model.fit([[1]], [2], wild)).rejects.toThrow(TrainingError);
    expect(Math.abs(slope(model))).toBeLessThan(3.4e38);
    expect((await model.fit([[1]], [2], halving)).loss).toHaveLength(1);
    expect(model.toRun().model.weights).toHaveLength(1);
  });

  test('is aborted with the reason given, and the weights trained so far stay', async () => {
    const model = line();
    const stop = new AbortController();
    const onEpochEnd = ({ epoch }: EpochReport) => epoch === 2 && stop.abort(new Error('enough'));
    const fit = model.fit([[1]], [2], { ...endless, signal: stop.signal, callbacks: [{ onEpochEnd }] });
    await expect(fit).rejects.toThrow('enough');
    expect(slope(model)).toBe(1.75);
    expect(model.seed).toBe(1);
    await expect(model.fit([[1]], [2], { ...halving, signal: stop.signal })).rejects.toThrow('enough');
    expect(slope(model)).toBe(1.75);
  });

  test('is aborted while it is paused', async () => {
    const stop = new AbortController();
    const fit = line().fit([[1]], [2], { ...endless, signal: stop.signal });
    fit.pause();
    await pause(10);
    stop.abort();
    await expect(fit).rejects.toThrow(stop.signal.reason as Error);
  });

  test('is the only one of its model; what is measured meanwhile has the weights before it', async () => {
    const model = line();
    const fit = model.fit([[1]], [2], endless);
    const sentence =
      'fit: found a training of this model under way, expected one at a time: await it or stop() it first.';
    await expect(model.fit([[1]], [2], halving)).rejects.toThrow(sentence);
    expect(() => model.setWeights([{ kernel: [[1]] }])).toThrow(sentence.replace('fit', 'setWeights'));
    expect((await model.predict([[3]])).toRows()).toEqual([[3]]);
    expect(await model.evaluate([[1]], [2])).toEqual({ loss: 1 });
    fit.stop();
    await fit;
    await model.fit([[1]], [2], halving);
  });

  test('ends when its model is disposed of, which can be trained again', async () => {
    const model = line();
    const fit = model.fit([[1]], [2], endless);
    fit.pause();
    await model.dispose();
    const { loss } = await fit;
    expect(loss.length).toBeLessThan(1_000_000);
    expect((await model.fit({ epochs: 2 })).loss).toHaveLength(2);
  });

  test('is stopped by a callback that disposes of its model, which need not wait for itself', async () => {
    const model = line();
    const fit = model.fit([[1]], [2], { ...endless, callbacks: [{ onEpochEnd: () => model.dispose() }] });
    await fit.result;
    // One that is begun at once is not taken for the one that was disposed of.
    expect((await model.fit({ epochs: 2, callbacks: [] })).loss).toHaveLength(2);
    expect((await fit).loss).toHaveLength(1);
    await model.dispose();
  });

  test('has the methods of a promise', async () => {
    const model = line();
    const seen: string[] = [];
    const history = await model.fit([[1]], [2], halving).finally(() => seen.push('finally'));
    expect(history.loss).toEqual([1]);
    const caught = await model.fit([[1]], [2], { ...halving, epochs: 0 }).catch((error: Error) => error.name);
    expect(caught).toBe('RunError');
    expect(seen).toEqual(['finally']);
  });
});

describe('callbacks', () => {
  test('are called in order, one after the other, and waited for', async () => {
    const seen: string[] = [];
    const model = line();
    const recorder = (name: string) => ({
      onTrainBegin: () => seen.push(`${name} begins`),
      onEpochBegin: async (epoch: number) => {
        await pause(1);
        seen.push(`${name} ${epoch} begins`);
      },
      onEpochEnd: async ({ epoch, logs }: EpochReport) => {
        await pause(2);
        seen.push(`${name} ${epoch}: ${logs.loss}`);
      },
      onTrainEnd: ({ epochs }: { epochs: number }) => seen.push(`${name} ends after ${epochs} at ${slope(model)}`),
    });
    await model.fit([[1]], [2], { ...halving, epochs: 2, callbacks: [recorder('a'), recorder('b')] });
    expect(seen).toEqual([
      ...['a begins', 'b begins'],
      ...['a 1 begins', 'b 1 begins', 'a 1: 1', 'b 1: 1'],
      ...['a 2 begins', 'b 2 begins', 'a 2: 0.25', 'b 2: 0.25'],
      ...['a ends after 2 at 1.75', 'b ends after 2 at 1.75'],
    ]);
  });

  test('have the model of each epoch to look at', async () => {
    const model = line();
    const seen: unknown[] = [];
    const onEpochEnd = async () => {
      const { loss } = await model.evaluate([[1]], [2]);
      const predicted = (await model.predict([[1]])).values[0];
      seen.push([slope(model), loss, predicted, model.toRun().model.weights![0]!.kernel]);
    };
    await model.fit([[1]], [2], { ...halving, epochs: 2, callbacks: [{ onEpochEnd }] });
    expect(seen).toEqual([
      [1.5, 0.25, 1.5, [[1.5]]],
      [1.75, 0.0625, 1.75, [[1.75]]],
    ]);
    // A training that fails takes them back.
    const fail = { onEpochEnd: () => expect(slope(model)).toBe(1.875) };
    const nothing = { ...halving, epochs: 1, callbacks: [fail], backend: 'cpu' } as const;
    await model.fit([[1]], [2], nothing);
    expect(slope(model)).toBe(1.875);
  });

  test('hear of no epoch that early stopping prevents', async () => {
    const model = line();
    const began: number[] = [];
    const fit = model.fit([[1]], [2], {
      ...halving,
      epochs: 10,
      callbacks: [earlyStopping({ minDelta: 0.2 }), { onEpochBegin: (epoch) => began.push(epoch) }],
    });
    // 1, then 0.25, then 0.0625: less than 0.2 better.
    expect((await fit).loss).toEqual([1, 0.25, 0.0625]);
    expect(began).toEqual([1, 2, 3]);
    expect((await fit.result).bestEpoch).toBe(2);
  });

  test('end the training with what they throw, and the weights stay', async () => {
    const model = line();
    const seen: string[] = [];
    const callbacks = [
      {
        onEpochEnd: ({ epoch }: EpochReport) => {
          if (epoch === 2) throw new Error('no more');
        },
        onTrainEnd: () => seen.push('end'),
      },
      { onEpochEnd: ({ epoch }: EpochReport) => seen.push(`second ${epoch}`) },
    ];
    await expect(model.fit([[1]], [2], { ...endless, callbacks })).rejects.toThrow('no more');
    expect(seen).toEqual(['second 1']);
    expect(slope(model)).toBe(1.75);
    const onProgress = () => {
      throw new Error('progress');
    };
    await expect(model.fit([[1]], [2], { ...endless, onProgress })).rejects.toThrow('progress');
    const onTrainBegin = () => Promise.reject(new Error('not even begun'));
    await expect(model.fit([[1]], [2], { ...endless, callbacks: [{ onTrainBegin }] })).rejects.toThrow('not even');
  });

  test('may stop the training', async () => {
    const fit: Fit = line().fit([[1]], [2], {
      ...endless,
      callbacks: [{ onEpochEnd: ({ epoch }) => void (epoch === 4 && fit.stop()) }],
    });
    expect((await fit).loss).toHaveLength(4);
  });

  test('include early stopping, which puts the best weights back', async () => {
    const model = line();
    // With so much momentum the weight swings over the best one.
    const fit = model.fit([[1]], [2], {
      ...halving,
      optimizer: sgd({ learningRate: 0.4, momentum: 0.9 }),
      epochs: 50,
      validationData: [[[1]], [2]],
      earlyStopping: earlyStopping({ patience: 2, restoreBestWeights: true }),
    });
    const { history, bestEpoch, epochs } = await fit.result;
    expect(epochs).toBe(bestEpoch! + 2);
    const best = Math.min(...history['val_loss']!);
    expect((slope(model) - 2) ** 2).toBeCloseTo(best, 12);
    expect(best).toBeLessThan(history['val_loss']!.at(-1)!);
  });
});

describe('a training that fails', () => {
  test('by diverging leaves the last good weights', async () => {
    const model = line();
    const wild = { ...halving, optimizer: sgd({ learningRate: 1e12 }), epochs: 100 };
    const error: unknown = await model.fit([[1]], [2], wild).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TrainingError);
    const { divergence } = error as TrainingError;
    expect(model.weights()).toEqual(divergence.weights);
    expect(slope(model)).not.toBe(1);
    expect(Number.isFinite(slope(model))).toBe(true);
    expect(model.seed).toBe(0);
  });

  test('throws into the loop too, after the epochs that went well', async () => {
    const epochs: number[] = [];
    const loop = async () => {
      const wild = { ...halving, optimizer: sgd({ learningRate: 1e12 }), epochs: 100 };
      for await (const { epoch } of line().fit([[1]], [2], wild)) epochs.push(epoch);
    };
    await expect(loop()).rejects.toThrow(TrainingError);
    expect(epochs.length).toBeGreaterThan(0);
  });

  test('is reported as an unhandled rejection where nobody listens', async () => {
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const reported = new Promise((resolve) => process.once('unhandledRejection', resolve));
      void line().fit([[1]], [2], { ...halving, epochs: 0 });
      expect(await reported).toMatchObject({ name: 'RunError' });
    } finally {
      for (const listener of others) process.on('unhandledRejection', listener);
    }
  });

  test('without a GPU where one was asked for', async () => {
    const model = line();
    await expect(model.fit([[1]], [2], { ...halving, backend: 'webgpu' })).rejects.toThrow(
      "There is no WebGPU adapter here: use a browser with WebGPU, in Node give `gpu` from openNodeGpu() of idli/node, or take the backend 'cpu'.",
    );
    expect((await model.fit([[1]], [2], { ...halving, backend: 'auto' }).result).backend).toBe('cpu');
  });
});
