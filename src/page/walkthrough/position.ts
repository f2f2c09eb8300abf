/**
 * Arithmetic of the walkthrough's place: passes that were run since the first weights, in epochs of so many passes.
 * Pure functions of whole numbers.
 */

/** How long the training is. */
export interface Course {
  readonly passesPerEpoch: number;
  readonly epochs: number;
}

export interface Place {
  /** Epochs that are done. */
  readonly epoch: number;
  /** Passes that were run of the epoch under way; 0 between two. */
  readonly pass: number;
}

export function placeOf(passes: number, { passesPerEpoch }: Course): Place {
  return { epoch: Math.floor(passes / passesPerEpoch), pass: passes % passesPerEpoch };
}

/** Passes of the whole training. */
export function allOf({ passesPerEpoch, epochs }: Course): number {
  return passesPerEpoch * epochs;
}

/** As many passes, but no more than there are. */
export function within(passes: number, course: Course): number {
  return Math.max(0, Math.min(passes, allOf(course)));
}

/** To the end of the epoch under way, or of the next. */
export function nextEpoch(passes: number, course: Course): number {
  return within((placeOf(passes, course).epoch + 1) * course.passesPerEpoch, course);
}

/** Which pass of the epoch ran last, from 0; undefined before the first. */
export function lastPass(passes: number, { passesPerEpoch }: Course): number | undefined {
  return passes === 0 ? undefined : (passes - 1) % passesPerEpoch;
}

/** How often a pass of the epoch (from 0) has been run, which is the epoch that its results are of. */
export function runsOf(pass: number, passes: number, course: Course): number {
  const { epoch, pass: done } = placeOf(passes, course);
  return epoch + (done > pass ? 1 : 0);
}
