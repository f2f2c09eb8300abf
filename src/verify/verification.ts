/**
 * What all checks of a training came to, as its result carries it. It compares nothing, so that what only tells of checks need
 * not load what checks.
 */
import type { Place } from '../core/saved-state.js';
import type { PassShader } from '../passes/pass.js';
import type { Comparison } from './compare.js';
import type { VerifyMode } from './report.js';

/** One buffer that one pass writes, over all checks. */
export interface PassVerification {
  readonly program: string;
  /** For example `layers.0 forward`. */
  readonly pass: string;
  readonly shader: PassShader;
  readonly buffer: string;
  /** How often it was compared. */
  readonly times: number;
  /** Values that it had to compute in all of them. */
  readonly values: number;
  readonly maxDifference: number;
  /** The largest difference as a share of its bound; over 1 fails. */
  readonly shareOfBound: number;
  /** The element that used most of its bound, and before which update. */
  readonly worst: Comparison['worst'] & { readonly place: Place };
  readonly ok: boolean;
}

/** What was checked of a training. */
export interface Verification {
  readonly mode: VerifyMode;
  /** Batches whose passes were replayed: before the training, within it and after it. */
  readonly checks: number;
  /** Of these, batches within the training. */
  readonly samples: number;
  /** The different updates of the training before which that was; the first, the last, and what was drawn between. */
  readonly steps: number;
  /** Values that were compared. */
  readonly values: number;
  /** In the order of their first check. */
  readonly passes: readonly PassVerification[];
  /** That of all passes which used most of its bound; undefined where nothing was checked. */
  readonly worst: PassVerification | undefined;
  /** What the checks within the training took, in milliseconds; the first and the last are no part of it. */
  readonly milliseconds: number;
  /** Whether every comparison was within its bound; true also where nothing was compared: `checks` is 0 then. */
  readonly ok: boolean;
}

/** Of a training that nobody checked. */
export function unchecked(): Verification {
  return {
    mode: 'off',
    checks: 0,
    samples: 0,
    steps: 0,
    values: 0,
    passes: [],
    worst: undefined,
    milliseconds: 0,
    ok: true,
  };
}
