/**
 * jax-js as its documentation says: whole training steps in one `jit`, arrays handed over by its reference counts,
 * losses left on the device and read together at the end. It has no loop that stays on the device (no scan, no
 * fori_loop), so steps are unrolled inside the jit, as many as are worth it.
 */
import { blockUntilReady, defaultDevice, devicePut, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { stepsOfEpoch, type TrainingTask, type Values } from '../../../src/runs/workload.js';
import type { Contestant, Product, Trainer } from './contestant.js';

type Layer = { kernel: np.Array; bias?: np.Array };
type Weights = Layer[];
/** Moments, and the powers of beta that correct their bias; empty for SGD. */
type Optimizer = { first: Weights; second: Weights; powers: np.Array[] };
type Batch = { x: np.Array; y: np.Array };
type State = { weights: Weights; optimizer: Optimizer };

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;
/** "It's recommended to call this regularly in an iterative computation to avoid queueing up too many" operations. */
const STEPS_IN_FLIGHT = 50;
/**
 * Tried on a software adapter with 1, 10 and 25: about a quarter faster than 1 where steps are small (a, c); no clear
 * difference where they are large (d).
 */
const STEPS_IN_JIT = 25;

export function jax(backend: 'webgpu' | 'wasm' | 'cpu', stepsInJit = STEPS_IN_JIT): Contestant {
  return {
    ...{ id: `jax-${backend}`, name: `jax-js ${backend}`, library: 'jax-js', backend },
    async open() {
      const ready = await init(backend);
      if (!ready.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
      defaultDevice(backend);
    },
    trainer: (task) => Promise.resolve(trainer(task, stepsInJit)),
    ...(backend !== 'cpu' && { product }),
  };
}

function trainer(task: TrainingTask, stepsInJit: number): Trainer {
  const steps = jit(
    (state: State, batches: Batch[], times: number) => {
      const losses: np.Array[] = [];
      for (let time = 0; time < times; time++) {
        for (const { x, y } of batches) {
          const [loss, gradients] = valueAndGrad((weights: Weights, x: np.Array, y: np.Array) => {
            return lossOf(task, weights, x, y);
          })(tree.ref(state.weights), x.ref, y.ref);
          state = update(task, state, gradients as Weights);
          losses.push(loss);
        }
      }
      tree.dispose(batches as never);
      return [state, np.stack(losses)] as [State, np.Array];
    },
    { staticArgnums: [2] },
  );
  return {
    async run(epochs, isSettled) {
      const batches = batchesOf(task);
      let state = firstState(task);
      if (isSettled) await blockUntilReady([batches, state] as never);
      const started = performance.now();
      const taken: np.Array[] = [];
      let inFlight = 0;
      for (const { part, times } of chunks(batches, epochs, stepsInJit)) {
        let losses: np.Array;
        [state, losses] = steps(state as never, tree.ref(part as never), times as never);
        taken.push(losses);
        if ((inFlight += part.length * times) >= STEPS_IN_FLIGHT) {
          await blockUntilReady(losses);
          inFlight = 0;
        }
      }
      const losses = epochLosses(task, (await Promise.all(taken.map((array) => array.data()))) as Float32Array[]);
      const trainingMilliseconds = performance.now() - started;
      tree.dispose(state as never);
      tree.dispose(batches as never);
      return { losses, trainingMilliseconds };
    },
    dispose() {
      steps.dispose();
      return Promise.resolve();
    },
  };
}

/** What one call of the jit takes: some batches of an epoch, or the only one several times. */
type Chunk = { part: Batch[]; times: number };

/** All epochs in chunks; those of batches end with their epoch, so that few different ones are compiled. */
function chunks(batches: Batch[], epochs: number, most: number): Chunk[] {
  if (batches.length === 1) {
    const whole = Array.from({ length: Math.floor(epochs / most) }, () => ({ part: batches, times: most }));
    return [...whole, ...Array.from({ length: epochs % most }, () => ({ part: batches, times: 1 }))];
  }
  const size = Math.ceil(batches.length / Math.ceil(batches.length / most));
  const epoch = Array.from({ length: Math.ceil(batches.length / size) }, (_, c) => {
    return { part: batches.slice(c * size, (c + 1) * size), times: 1 };
  });
  return Array.from({ length: epochs }, () => epoch).flat();
}

/** The mean over an epoch's rows; of a sum the sum. */
function epochLosses(task: TrainingTask, taken: readonly Float32Array[]): number[] {
  const all = taken.flatMap((values) => Array.from(values));
  const count = stepsOfEpoch(task);
  return Array.from({ length: all.length / count }, (_, e) => {
    if (count === 1) return all[e]!;
    return all.slice(e * count, (e + 1) * count).reduce((sum, loss, b) => {
      const rows = Math.min(task.batchSize, task.rows - b * task.batchSize);
      return sum + (loss * rows) / task.rows;
    }, 0);
  });
}

function lossOf({ layers, loss }: TrainingTask, weights: Weights, x: np.Array, y: np.Array): np.Array {
  let h = x;
  layers.forEach(({ activation }, l) => {
    const { kernel, bias } = weights[l]!;
    const product = np.matmul(h, kernel);
    const z = bias ? product.add(bias) : product;
    const isLast = l === layers.length - 1;
    h = isLast && loss !== 'halfSumSquaredError' ? z : activate(activation, z);
  });
  switch (loss) {
    case 'halfSumSquaredError':
      return np.square(h.sub(y)).sum().mul(0.5);
    case 'binaryCrossentropy':
      return nn.softplus(h.ref).sub(h.mul(y)).mean();
    case 'categoricalCrossentropy':
      return nn.logSoftmax(h).mul(y).sum(-1).mean().neg();
  }
}

function activate(activation: TrainingTask['layers'][number]['activation'], z: np.Array): np.Array {
  switch (activation) {
    case 'sigmoid':
      return nn.sigmoid(z);
    case 'tanh':
      return np.tanh(z);
    case 'relu':
      return nn.relu(z);
    case 'softmax':
      return nn.softmax(z);
  }
}

function update({ optimizer: { name, learningRate } }: TrainingTask, state: State, gradients: Weights): State {
  const { weights, optimizer } = state;
  if (name === 'sgd') {
    return { weights: each((w, d) => w.sub(d.mul(learningRate)), weights, gradients), optimizer };
  }
  const [power1, power2] = [optimizer.powers[0]!.mul(BETA1), optimizer.powers[1]!.mul(BETA2)];
  const first = each((m, d) => m.mul(BETA1).add(d.mul(1 - BETA1)), optimizer.first, tree.ref(gradients));
  const second = each((v, d) => v.mul(BETA2).add(np.square(d).mul(1 - BETA2)), optimizer.second, gradients);
  const correction1 = np.subtract(1, power1.ref);
  const correction2 = np.subtract(1, power2.ref);
  const moved = each(
    (w, m, v) => {
      const root = np.sqrt(v.div(correction2.ref)).add(EPSILON);
      return w.sub(m.div(correction1.ref).div(root).mul(learningRate));
    },
    weights,
    tree.ref(first),
    tree.ref(second),
  );
  correction1.dispose();
  correction2.dispose();
  return { weights: moved, optimizer: { first, second, powers: [power1, power2] } };
}

function each(change: (...arrays: np.Array[]) => np.Array, weights: Weights, ...others: Weights[]): Weights {
  return tree.map(change as never, weights as never, ...(others as never[])) as unknown as Weights;
}

function firstState({ layers, weights, inputs, optimizer }: TrainingTask): State {
  const made = (valuesOf: (values: Values) => Values): Weights =>
    layers.map(({ units }, l) => {
      const { kernel, bias } = weights[l]!;
      const before = l === 0 ? inputs : layers[l - 1]!.units;
      return {
        kernel: np.array(valuesOf(kernel), { shape: [before, units] }),
        ...(bias && { bias: np.array(valuesOf(bias), { shape: [units] }) }),
      };
    });
  const zeros = (values: Values): Values => new Float32Array(values.length);
  const state = { weights: made((values) => values), optimizer: { first: [], second: [], powers: [] } as Optimizer };
  if (optimizer.name === 'sgd') return state;
  return { ...state, optimizer: { first: made(zeros), second: made(zeros), powers: [np.ones([]), np.ones([])] } };
}

function batchesOf(task: TrainingTask): Batch[] {
  const { x, y, rows, inputs, outputs, batchSize } = task;
  return Array.from({ length: stepsOfEpoch(task) }, (_, b) => {
    const first = b * batchSize;
    const end = Math.min(rows, first + batchSize);
    return {
      x: np.array(x.slice(first * inputs, end * inputs), { shape: [end - first, inputs] }),
      y: np.array(y.slice(first * outputs, end * outputs), { shape: [end - first, outputs] }),
    };
  });
}

async function product(
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
  a: Values,
  b: Values,
): Promise<Product> {
  const multiply = jit((a: np.Array, b: np.Array) => np.matmul(a, b));
  const [left, right] = await devicePut([
    np.array(a, { shape: [rows, inner] }),
    np.array(b, { shape: [inner, columns] }),
  ]);
  await blockUntilReady([left!, right!]);
  const once = () => multiply(left!.ref, right!.ref);
  const isGpu = left!.device === 'webgpu';
  return {
    async run(times) {
      // A result that is given up before it is asked for is never computed. Asking for its buffer hands it to the
      // GPU without waiting; on the other back ends the work is done when the wait for it returns.
      for (let i = 1; i < times; i++) {
        if (isGpu) await once().gpuBuffer();
        else (await once().blockUntilReady()).dispose();
      }
      (await once().blockUntilReady()).dispose();
    },
    result: async () => (await once().data()) as Float32Array,
    dispose() {
      left!.dispose();
      right!.dispose();
      multiply.dispose();
      return Promise.resolve();
    },
  };
}
