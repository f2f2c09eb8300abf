/** Small runs whose plans together use every shader, and a plan's passes in few words. */
import type { Run } from '../../src/core/run.js';
import { parseRun } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import { SHADERS } from '../support/shaders.js';
import { compileTask, type CompileOptions } from '../../src/plan/compile.js';
import type { Plan } from '../../src/plan/plan.js';
import { article } from '../../src/runs/article.js';
import { makeRun } from '../support/runs.js';

export const planOf = (run: Run, options?: CompileOptions): Plan => compileTask(taskOf(run), options);

const classes = (count: number, rows: number) => (draw: () => number) => ({
  y: Array.from({ length: rows }, () => [Math.floor(count * draw())]),
});

export const RUNS = {
  article: parseRun(article),

  'every layer, batches in groups, validation, a plateau': makeRun({
    batch: 20,
    inputs: 5,
    layers: [
      { units: 7, activation: 'relu' },
      { type: 'batchNormalization' },
      { type: 'dropout', rate: 0.5 },
      { units: 6, activation: 'gelu', kernelRegularizer: { l2: 0.1 } },
      { type: 'layerNormalization' },
      { type: 'activation', activation: 'softmax' },
      { units: 3, useBias: false, activation: 'softmax' },
    ],
    epochs: 3,
    training: {
      loss: 'categoricalCrossentropy',
      batchSize: 6,
      gradientAccumulationSteps: 2,
      validationSplit: 0.2,
      metrics: ['accuracy', 'auc', 'confusionMatrix', 'precision'],
      learningRateSchedule: 'reduceOnPlateau',
      optimizer: 'adam',
      clipNorm: 1,
      classWeight: { 0: 2 },
    },
  }),

  'momentum, class numbers': makeRun({
    batch: 9,
    inputs: 2,
    layers: [{ units: 4, activation: 'tanh' }, { units: 5 }, { type: 'activation', activation: 'softmax' }],
    data: classes(5, 9),
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'sgd', momentum: 0.9 },
      metrics: [{ name: 'topKCategoricalAccuracy', k: 2 }],
    },
  }),

  'rmsprop, a row weighted, values clipped': makeRun({
    batch: 7,
    inputs: 3,
    layers: [{ units: 2, activation: 'sigmoid' }],
    data: () => ({ sampleWeight: [1, 2, 0, 1, 1, 1, 3] }),
    training: { loss: 'binaryCrossentropy', optimizer: 'rmsprop', clipValue: 0.1, metrics: ['r2Score'] },
  }),

  'adagrad, with a warm-up': makeRun({
    batch: 4,
    inputs: 3,
    layers: [{ units: 2, activation: 'silu' }],
    training: { loss: 'huber', optimizer: 'adagrad', learningRateSchedule: { name: 'linearWarmup', warmupSteps: 3 } },
  }),
} as const satisfies Record<string, Run>;

/** A program's passes, a line each: what it is, its shader, and which buffers it reads and writes. */
export function flow({ programs }: Plan, program = 'train'): string {
  const lines = programs[program]!.map(({ label, shader, buffers }) => {
    const names = (access: string) =>
      Object.entries(SHADERS[shader].bindings).flatMap(([name, own]) => (own === access ? [buffers[name]!] : []));
    return `${label}: ${shader}(${names('read').join(', ')}) → ${names('read_write').join(', ')}`;
  });
  return `\n${lines.join('\n')}\n`;
}
