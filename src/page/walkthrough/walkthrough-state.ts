/**
 * Where the walkthrough stands: the seed of the first weights, and how many passes of the plan have been run. All else follows
 * from the two by computing.
 */
import * as v from 'valibot';
import { wholeText } from '../../core/text.js';

export interface WalkthroughState {
  /** 0 to 2³² − 1; the tutorial's is 1. */
  readonly seed: number;
  /** Passes of the plan that have been run since the first weights: whole epochs, and those of the epoch under way. */
  readonly passes: number;
}

export const WALKTHROUGH_START: WalkthroughState = { seed: 1, passes: 0 };

const whole = (most: number) => {
  const wanted = `a whole number from 0 to ${wholeText(most)}`;
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(0, wanted), v.maxValue(most, wanted));
};

/** What a link may hold. */
export const walkthroughSchema = v.strictObject({ seed: whole(2 ** 32 - 1), passes: whole(1_000_000) });
