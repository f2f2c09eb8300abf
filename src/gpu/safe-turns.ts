/** Turns that the loops of one invocation may take on every driver seen; loop-limit.ts measures whether more are allowed. */
export const SAFE_TURNS = 60_000;
