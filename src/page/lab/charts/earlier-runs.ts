/**
 * The runs that were trained before, to compare with: their curves, a name, a summary of their settings, a look of their own. Plain
 * data and functions of it; a store of at most ten, the oldest of which makes room for the next.
 */
import type { ExampleRows } from '../../../core/examples.js';
import type { History } from '../../../core/history.js';
import { counted, evenly } from '../../../core/text.js';
import { kindOf } from '../../../data/document.js';
import type { LabRun } from '../lab-state.js';

export interface EarlierRun {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** Place among the looks. */
  readonly look: number;
  readonly isShown: boolean;
  /** Which epochs the curves have, from 1: all of them, or of a long training evenly spread ones. */
  readonly epochs: readonly number[];
  readonly curves: Readonly<Record<string, readonly number[]>>;
}

export const MOST_RUNS = 10;
/** Epochs of a curve that are kept, at most. */
const MOST_EPOCHS = 2000;

interface Look {
  readonly color: string;
  readonly dash: readonly number[] | undefined;
}

/** Ten that differ in colour, and next to each other in dash. */
export const LOOKS: readonly Look[] = Array.from({ length: MOST_RUNS }, (_, i) => ({
  color: `--class-${(i + 1) % 10}`,
  dash: [
    [9, 4],
    [2, 3],
    [9, 3, 2, 3],
    [14, 4],
    [4, 4],
  ][i % 5],
}));

export interface FinishedRun {
  readonly id: string;
  readonly run: LabRun;
  readonly backend: 'webgpu' | 'cpu';
  readonly isStopped: boolean;
  readonly history: History;
}

export function withRun(runs: readonly EarlierRun[], finished: FinishedRun): readonly EarlierRun[] {
  const { id, history } = finished;
  if (history.loss.length === 0 || runs.some((run) => run.id === id)) return runs;
  const kept = runs.slice(-(MOST_RUNS - 1));
  const places = evenly(history.loss.length, MOST_EPOCHS);
  const numbers = runs.map(({ name }) => Number(/^Run (\d+)$/.exec(name)?.[1] ?? 0));
  const added: EarlierRun = {
    id,
    name: `Run ${Math.max(0, ...numbers) + 1}`,
    summary: summaryOfRun(finished),
    look: LOOKS.findIndex((_, look) => kept.every((run) => run.look !== look)),
    isShown: true,
    epochs: places.map((place) => place + 1),
    curves: Object.fromEntries(
      Object.entries(history).map(([key, values]) => [key, places.map((place) => values[place]!)]),
    ),
  };
  return [...kept, added];
}

export function changedRun(
  runs: readonly EarlierRun[],
  id: string,
  change: Partial<Pick<EarlierRun, 'name' | 'isShown'>>,
): readonly EarlierRun[] {
  return runs.map((run) => (run.id === id ? { ...run, ...change } : run));
}

/** A curve with a place for each epoch, NaN where none was kept. */
export function denseCurve({ epochs, curves }: EarlierRun, key: string): Float64Array | undefined {
  const values = curves[key];
  if (!values) return undefined;
  const dense = new Float64Array(epochs.at(-1) ?? 0).fill(NaN);
  epochs.forEach((epoch, i) => (dense[epoch - 1] = values[i]!));
  return dense;
}

/** `spirals · 32 relu, 1 sigmoid · adam 0.01 · batch 32 · WebGPU · 200 epochs` */
export function summaryOfRun({ run, backend, isStopped, history }: Omit<FinishedRun, 'id'>): string {
  const { data, model, training } = run;
  const { optimizer = 'sgd' } = training as { readonly optimizer?: unknown };
  const epochs = counted(history.loss.length, 'epoch');
  return [
    dataText(data),
    (model.layers as readonly LayerLike[]).map(layerText).join(', '),
    optimizerText(optimizer),
    ...(training.batchSize === undefined ? [] : [`batch ${training.batchSize}`]),
    backend === 'webgpu' ? 'WebGPU' : 'CPU',
    isStopped ? `stopped after ${epochs}` : epochs,
  ].join(' · ');
}

interface LayerLike {
  readonly type?: string;
  readonly units?: number;
  readonly activation?: string;
  readonly rate?: number;
}

function layerText({ type = 'dense', units, activation, rate }: LayerLike): string {
  if (type === 'dense') return activation && activation !== 'linear' ? `${units} ${activation}` : String(units);
  if (type === 'dropout') return `dropout ${rate}`;
  return type === 'activation' ? String(activation) : type;
}

function optimizerText(optimizer: unknown): string {
  if (typeof optimizer === 'string') return optimizer;
  const { name, learningRate } = optimizer as { readonly name?: string; readonly learningRate?: number };
  return learningRate === undefined ? String(name) : `${name} ${learningRate}`;
}

function dataText(data: LabRun['data']): string {
  const kind = kindOf(data);
  if (kind === undefined) return counted((data as ExampleRows).x.length, 'row');
  const source = (data as Readonly<Record<string, unknown>>)[kind];
  return typeof source === 'string' ? source : kind;
}
