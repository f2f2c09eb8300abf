/** The table that the tutorial printed for epoch 50, quoted, and how many of its digits a number shares. */

/** Its output for each example, to eight decimals, with NumPy's seed 1. */
export const QUOTED = ['0.16773399', '0.14277980', '0.84060332', '0.82558171'] as const;

export const QUOTED_SEED = 1;
export const QUOTED_DECIMALS = 8;

/** How many decimals of a text are those of the quotation, before the first that is not. */
export function sharedDecimals(text: string, quoted: string): number {
  const point = quoted.indexOf('.');
  let i = 0;
  while (i < quoted.length && text[i] === quoted[i]) i += 1;
  return Math.max(0, Math.min(i, quoted.length) - point - 1);
}
