/**
 * A stand-in for a plan: the same passes, with the same shaders and the same constants, on shapes so small that the
 * reference is through with them at once, and on seeded numbers none of which is left out unseen. Pure functions; it
 * runs nothing (trainer/first-use.ts does).
 */
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import { matrix } from '../core/matrix.js';
import { layerWidths, type ModelSettings } from '../core/model.js';
import { numpyRandom, type RandomNumbers } from '../core/random.js';
import type { Task } from '../core/task.js';
import { productOf } from '../passes/dense.js';
import type { Pass } from '../passes/pass.js';
import { groupsOf, tileOf } from '../passes/products.js';
import { once } from '../plan/compile.js';
import type { Plan } from '../plan/plan.js';

export interface StandInModel {
  readonly model: ModelSettings;
  readonly widths: readonly number[];
  readonly weights: readonly LayerWeights[];
}

/** Larger sizes are cut to this one, or up to three more: one that leaves a rest in every tile. */
const SMALL = 36;
/** Batches of one update, at most. */
const MOST_ACCUMULATED = 2;
const SEED = 7;

/** Of the same length modulo four, which decides what the text of some products is. */
export function smallSize(size: number): number {
  return size < SMALL + 4 ? size : SMALL + (size % 4);
}

/** The network with fewer inputs and units, where it has more than a few. */
export function smallModel({ model, widths }: { model: ModelSettings; widths: readonly number[] }): StandInModel {
  const layers = model.layers.map((layer) =>
    layer.type === 'dense' ? { ...layer, units: smallSize(layer.units) } : layer,
  );
  return seededModel({ ...model, layers }, smallSize(widths[0]!));
}

/** The task on few examples, with the network made small. */
export function smallTask(task: Task): { readonly task: Task; readonly weights: readonly LayerWeights[] } {
  const { training, train } = task;
  const { weights, ...network } = smallModel(task);
  const batchSize = smallSize(task.batchSize);
  const gradientAccumulationSteps = Math.min(training.gradientAccumulationSteps, MOST_ACCUMULATED);
  const batches = Math.min(Math.ceil(train.x.rows / task.batchSize), 2 * gradientAccumulationSteps);
  const { learningRateSchedule: schedule } = training;
  const standIn: Task = {
    ...{ ...network, batchSize, notes: [] },
    training: {
      ...training,
      gradientAccumulationSteps,
      // What a plateau waits for may be the validation's, which has the same passes and is left out.
      learningRateSchedule: schedule.name === 'reduceOnPlateau' ? { ...schedule, monitor: 'loss' } : schedule,
    },
    train: seededExamples(task, network.widths, batches * batchSize),
    validation: undefined,
  };
  return { task: standIn, weights };
}

/** The task with the same sizes and other numbers: where a shader's constants hang on all of them. */
export function sameSizedTask(task: Task): { readonly task: Task; readonly weights: readonly LayerWeights[] } {
  const { model, widths, train, validation } = task;
  const { weights } = seededModel(model, widths[0]!);
  const examples = (rows: number) => seededExamples(task, widths, rows);
  return {
    task: { ...task, train: examples(train.x.rows), validation: validation && examples(validation.x.rows) },
    weights,
  };
}

/** Inputs in [−1, 1). */
export function seededInputs(count: number): Float32Array<ArrayBuffer> {
  const random = numpyRandom(SEED);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
}

function seededModel({ weights: _, ...model }: ModelSettings, inputs: number): StandInModel {
  const random = numpyRandom(SEED);
  const widths = layerWidths(model.layers, inputs);
  // Kernels by a rule of their own: those of a model may be all zeros.
  const plain = model.layers.map((layer) =>
    layer.type === 'dense' ? { ...layer, kernelInitializer: { name: 'zeros' } as const } : layer,
  );
  const weights = initialWeights({ ...model, layers: plain }, inputs).map((layer) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, { rows, columns, values }]) => {
        const draw = drawOf(name, rows, random);
        return [name, { ...matrix(rows, columns), values: values.map(draw) }];
      }),
    ),
  );
  return { model, widths, weights };
}

/** How the values of a weight are drawn. Sums stay of the size of their terms, and no bias or shift is 0. */
function drawOf(name: string, rows: number, random: RandomNumbers): () => number {
  const scale = name === 'kernel' ? Math.sqrt(6 / rows) : 1;
  return name === 'movingVariance' ? () => 0.5 + random() : () => scale * (2 * random() - 1);
}

function seededExamples({ train, training }: Task, widths: readonly number[], rows: number): Task['train'] {
  const random = numpyRandom(SEED);
  const outputs = widths.at(-1)!;
  const isSparse = training.loss.name === 'sparseCategoricalCrossentropy';
  const table = (columns: number, draw: () => number) => ({
    ...{ rows, columns },
    values: Float64Array.from({ length: rows * columns }, draw),
  });
  return {
    prefix: train.prefix,
    x: table(widths[0]!, () => 2 * random() - 1),
    y: isSparse ? table(1, () => Math.floor(outputs * random())) : table(outputs, random),
    ...(train.weights && { weights: table(1, () => 0.5 + random()).values }),
  };
}

/**
 * The small plan with the shaders and constants of the other's passes. A pass that stands in the other with several
 * choices of them, since its last batch is a shorter one, stands here as often.
 */
export function withPassesOf(plan: Plan, small: Plan): Plan {
  const choices = new Map<string, Map<string, Pass>>();
  for (const { name, pass } of named(plan.programs)) {
    choices.set(name, (choices.get(name) ?? new Map<string, Pass>()).set(pipelineKey(pass), pass));
  }
  const most = Math.max(...Array.from(choices.values(), ({ size }) => size));
  const programs: Record<string, Pass[]> = {};
  for (let round = 0; round < most; round++) {
    const shown = new Set<string>();
    for (const [program, passes] of Object.entries(small.programs)) {
      const own = [...named({ [program]: passes })];
      const isNew = own.filter(({ name }) => !shown.has(name) && (choices.get(name)?.size ?? 0) > round);
      // The batches of a small plan differ in their place in the epoch; what they compile, the first of them shows.
      if (round > 0 && isNew.length === 0) continue;
      const key = round === 0 ? program : `${program}, ${round + 1}`;
      programs[key] = own.map(({ name, pass }) => {
        shown.add(name);
        const all = [...(choices.get(name)?.values() ?? [])];
        const chosen = all[Math.min(round, all.length - 1)];
        return { ...(chosen ? dressed(pass, chosen) : pass), label: round === 0 ? pass.label : `${key}: ${name}` };
      });
    }
  }
  return { ...small, programs, epoch: Object.keys(programs).map(once) };
}

/** What a pass is compiled from, in words. */
export function pipelineKey({ shader, constants }: Pass): string {
  return JSON.stringify([shader, constants]);
}

/** Each pass with its name in whatever program. */
function* named(programs: Plan['programs']) {
  for (const [program, passes] of Object.entries(programs)) {
    for (const pass of passes) {
      const { label } = pass;
      const name = label.startsWith(`${program}: `) ? label.slice(program.length + 2) : label;
      yield { program, name, pass };
    }
  }
}

/** A pass with the shader and the constants of its like, and the workgroups that these take to cover it. */
function dressed(pass: Pass, { shader, constants }: Pass): Pass {
  const shape = productOf(pass);
  const tile = shape && tileOf(constants);
  const { uniforms, workgroups } = pass;
  const size = constants['WORKGROUP'];
  return {
    ...{ ...pass, shader, constants },
    // Of a sum whose invocations take every so many-th term.
    ...('stride' in uniforms && size && { uniforms: { ...uniforms, stride: workgroups[0] * size } }),
    ...(tile && { workgroups: [...groupsOf(shape, tile), 1] as const }),
  };
}
