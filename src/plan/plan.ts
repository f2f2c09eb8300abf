/**
 * What a plan is: the buffers a task needs, the passes of its programs, and which program follows which in an
 * epoch. Plain data, made by compile.ts, printed by print.ts, run by execute.ts. It holds sizes, never values.
 */
import type { Pass } from '../passes/pass.js';
import type { LoopShader } from '../passes/shader-names.js';
import type { CountMeasure, SumMeasure } from '../passes/metrics.js';
import type { WeightName } from '../core/given-weights.js';

/** A GPU buffer of 32-bit values. */
export interface PlannedBuffer {
  readonly name: string;
  readonly type: 'f32' | 'u32';
  /** Row-major; the product of it is the number of values. */
  readonly shape: readonly number[];
  /** The field of the run that decides its size, for the sentence when it is too large. */
  readonly field: string;
  /** Rows of a caller's data, which nothing changes after set-up. */
  readonly isData?: boolean;
  /** The buffer that it is a part of, and from which value on; without, it is one of its own. */
  readonly within?: { readonly buffer: string; readonly offset: number };
}

/** Where one weight of one layer lies. */
export interface ParameterRange {
  /** `layers.<i>.kernel`, `layers.<i>.bias`, … */
  readonly name: string;
  readonly layer: number;
  readonly weight: WeightName;
  /** `parameters`, flat, which the optimizer changes; or `statistics`, which it does not. */
  readonly buffer: 'parameters' | 'statistics';
  /** In values. */
  readonly offset: number;
  readonly shape: readonly [rows: number, columns: number];
}

/**
 * What is measured over some examples, and where it goes: a row per epoch in `epochLog` and in `countLog`, which are
 * rings: epoch e, from 0, is row e % rows.
 */
export interface Measures {
  readonly examples: number;
  /** In epochLog: the loss, then one column for each of these. */
  readonly firstColumn: number;
  readonly sums: readonly SumMeasure[];
  /** In countLog: the counts of each of these, one after the other. */
  readonly firstCount: number;
  readonly counts: readonly { readonly measure: CountMeasure; readonly offset: number; readonly size: number }[];
}

/** Programs in the order in which they run, the whole of it `times` times. */
export interface Segment {
  readonly times: number;
  readonly programs: readonly { readonly program: string; readonly times: number }[];
}

/** How the persistent schedule runs many programs in one dispatch of one workgroup. */
export interface Loop {
  readonly shader: LoopShader;
  /** Of shaders/persistent.wgsl. */
  readonly constants: Readonly<Record<string, number>>;
  /** The contents of its tables, in the bits that the shader reads. */
  readonly tables: Readonly<Record<'settings' | 'layers' | 'programs' | 'turns', Uint32Array<ArrayBuffer>>>;
  /** Values that each dispatch takes into the workgroup's memory, and puts back. */
  readonly imageValues: number;
}

/** `persistent`: one dispatch runs many batches; `layered`: each pass is a dispatch. */
export type Schedule = (typeof SCHEDULES)[number];

/** The schedules by name. */
export const SCHEDULES = ['persistent', 'layered'] as const;

/** The GPU passes of a training, and the buffers they work on. */
export interface Plan {
  readonly schedule: Schedule;
  /** Why this schedule was taken. */
  readonly reason: string;
  readonly buffers: readonly PlannedBuffer[];
  readonly parameters: readonly ParameterRange[];
  /** The passes of one batch (or of what comes between), in the order of their dispatch, by name. */
  readonly programs: Readonly<Record<string, readonly Pass[]>>;
  readonly epoch: readonly Segment[];
  readonly epochs: number;
  /** Updates of the whole training; 0 where nothing is trained. */
  readonly steps: number;
  readonly train: Measures | undefined;
  readonly validation: Measures | undefined;
  /** The buffer that holds the last layer's output. */
  readonly output: string;
  /** Of the persistent schedule. */
  readonly loop?: Loop;
}

/** A planned buffer of floats. */
export function f32(name: string, shape: readonly number[], field: string): PlannedBuffer {
  return { name, type: 'f32', shape, field };
}

/** A planned buffer of whole numbers. */
export function u32(name: string, shape: readonly number[], field: string): PlannedBuffer {
  return { name, type: 'u32', shape, field };
}

/** Every pass of every program. */
export function allPasses(plan: Plan): Pass[] {
  return Object.values(plan.programs).flat();
}

/** Whether a program trains, and does not only measure or shuffle. */
export function isTraining({ programs }: Plan, program: string): boolean {
  return programs[program]!.some(({ uniforms }) => uniforms['isTraining'] === 1);
}

/** The programs of one epoch, one after the other. */
export function* programsOf(epoch: readonly Segment[]): Generator<string> {
  for (const segment of epoch) {
    for (let time = 0; time < segment.times; time++) {
      for (const { program, times } of segment.programs) for (let i = 0; i < times; i++) yield program;
    }
  }
}

/** How many programs an epoch runs. */
export function epochTurns({ epoch }: Pick<Plan, 'epoch'>): number {
  return epoch.reduce(
    (sum, { times, programs }) => sum + times * programs.reduce((count, one) => count + one.times, 0),
    0,
  );
}

/** The number of 32-bit values a shape holds. */
export function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of all the plan's buffers together, those within others counted once. */
export function planBytes(plan: Plan): number {
  return plan.buffers.reduce((bytes, { shape, within }) => (within ? bytes : bytes + 4 * valueCount(shape)), 0);
}
