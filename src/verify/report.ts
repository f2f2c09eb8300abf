/**
 * What a check of the passes says, and how a person reads it. It compares nothing (parity.ts does), so that what only
 * tells of a check need not load what checks.
 */
import type { PassDispatch, PassShader } from '../passes/pass.js';
import type { Place } from '../core/saved-state.js';
import type { Comparison } from './compare.js';

/**
 * How much of a training is checked. `off`: nothing. `sample`: the passes of a first batch, those of one more from the trained
 * weights, and in between as many steps, drawn at random, as a twentieth of the training's time allows. `every`: each step.
 */
export type VerifyMode = 'off' | 'sample' | 'every';

/** The modes by name. */
export const VERIFY_MODES: readonly VerifyMode[] = ['off', 'sample', 'every'];

/** What a caller may say: `true` is `sample`, `false` is `off`. */
export function verifyMode(verify: boolean | VerifyMode | undefined): VerifyMode {
  if (verify === undefined || verify === true) return 'sample';
  return verify === false ? 'off' : verify;
}

/** One buffer that one pass wrote, compared on the part that the pass uses. */
export interface PassParity extends Comparison {
  /** Values the pass had to compute, without those it had to leave as they are (other rows of the log). */
  readonly computed: number;
  /** Which pass, for example `layers.0 forward`. */
  readonly pass: string;
  readonly shader: PassShader;
  /** Which of the plan's programs it belongs to. */
  readonly program: string;
  /**
   * Whether a value of it leaves the range of float32 in the reference too, so that there is nothing to compare it
   * with. It is left out of the comparison.
   */
  readonly isBeyond: boolean;
  /** Which of the plan's buffers. */
  readonly buffer: string;
  /** Where the training stood before it; undefined where it was checked by itself. */
  readonly place?: Place | undefined;
}

/** A pass that is wrong, by itself: its shader, what it reads, and the value that should be another. */
export interface Reproduction extends PassDispatch {
  readonly pass: string;
  readonly shader: string;
  /** What it was wrong on. */
  readonly adapter: string;
  /** Bindings 1, 2, …, as they were before the pass. */
  readonly storage: readonly {
    readonly name: string;
    readonly access: 'read' | 'read_write';
    readonly content: ArrayBuffer;
  }[];
  /** The value that is wrong, and which it should be. */
  readonly wrong: {
    readonly buffer: string;
    readonly index: number;
    /** Which of the storage bindings it is in, and at which word. */
    readonly binding: number;
    readonly word: number;
    readonly type: 'f32' | 'u32';
    readonly got: number;
    readonly want: number;
    readonly bound: number;
  };
}

/** A failed comparison in one sentence. */
export function explainFailure(failure: PassParity): string {
  const { place } = failure;
  const where = place ? ` in step ${place.step + 1} (epoch ${place.epoch + 1})` : '';
  return `Pass ${failure.pass} is wrong${where}: ${explainDifference(failure)}.`;
}

/** What is wrong in it, without the pass. */
export function explainDifference({ buffer, worst: { index, got, want, bound } }: PassParity): string {
  return (
    `${buffer}[${index}] is ${got} on the GPU and ${want} in the reference, ` +
    `a difference of ${Math.abs(got - want)} where ${bound} is allowed`
  );
}
