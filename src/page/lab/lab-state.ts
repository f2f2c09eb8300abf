/**
 * What the lab trains and how it shows it: a run document and a few settings, as plain data. A link carries it, so it comes
 * from strangers too: `labSchema` and `checkRun` say what may be in it.
 */
import * as v from 'valibot';
import type { ExampleRows } from '../../core/examples.js';
import { RunError } from '../../core/run-error.js';
import { parseRun, parseSettings, type RunDocument } from '../../core/run.js';
import { type DataSettings, kindOf, parseData } from '../../data/document.js';

/** A run document whose data are named, or points that were drawn. */
export interface LabRun {
  readonly data: DataSettings | (ExampleRows & { readonly validation?: ExampleRows | undefined });
  readonly model: RunDocument['model'];
  readonly training: RunDocument['training'];
}

export interface LabState {
  readonly run: LabRun;
  readonly backend: 'auto' | 'webgpu' | 'cpu';
  /** Of the plan; without it the plan's own choice. */
  readonly schedule?: 'persistent' | 'layered' | undefined;
  /** Whether the float64 reference trains beside, for the chart that compares both. */
  readonly comparesReference: boolean;
  readonly charts: ChartSettings;
}

export interface ChartSettings {
  readonly logScale: boolean;
  /** Weight of what was before in the moving average that smooths curves: 0 (none) to 0.99. */
  readonly smoothing: number;
}

/** Two spirals, learnt to more than 97 % in a second or two, before the training becomes unsteady. */
export const LAB_START: LabState = {
  run: {
    data: { synthetic: 'spirals', samples: 500, noise: 0.03, seed: 3, validationSplit: 0.2 },
    model: {
      seed: 1,
      layers: [
        { units: 32, activation: 'relu' },
        { units: 32, activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    training: {
      loss: 'binaryCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.01 },
      epochs: 60,
      batchSize: 32,
      metrics: ['accuracy'],
    },
  },
  backend: 'webgpu',
  comparesReference: true,
  charts: { logScale: false, smoothing: 0 },
};

const part = v.record(v.string(), v.unknown());

/** The shape of what a link may hold; the run's own fields are checked by `checkRun`. */
export const labSchema = v.strictObject({
  run: v.strictObject({ data: part, model: part, training: part }),
  backend: v.picklist(['auto', 'webgpu', 'cpu']),
  schedule: v.optional(v.picklist(['persistent', 'layered'])),
  comparesReference: v.boolean(),
  charts: v.strictObject({
    logScale: v.boolean(),
    smoothing: v.pipe(v.number(), v.minValue(0), v.maxValue(0.99)),
  }),
});

/** A card for each; more would keep a page busy for long. */
export const MOST_LAYERS = 256;

/** @throws RunError for a field of the run that is wrong by itself, before its data are read */
export function checkRun(run: LabRun | { data: unknown; model: unknown; training: unknown }): void {
  const layers = (run.model as { layers?: unknown } | null)?.layers;
  if (Array.isArray(layers) && layers.length > MOST_LAYERS) {
    const expected = `at most ${MOST_LAYERS} on this page; the library and the command line take more`;
    throw new RunError('model.layers', `${layers.length} layers`, expected);
  }
  const kind = kindOf(run.data);
  if (kind === undefined) {
    parseRun(run);
    return;
  }
  parseSettings({ model: run.model, training: run.training });
  parseData(run.data, kind);
}
