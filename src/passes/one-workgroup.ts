/**
 * How the passes fare in one workgroup (shaders/persistent_*.wgsl): what its invocations share out among themselves,
 * and how many turns the loops of one of them take. The turns are an upper bound: a driver may end loops after so many
 * (MAX_TURNS in dense.ts), and slices are cut by them.
 */
import { productOf } from './dense.js';
import type { Pass, PassShader } from './pass.js';
import type { ProductShape } from './products.js';

/** Passes in which all invocations add up together; in the others each has rows or columns of its own. */
const REDUCING: readonly PassShader[] = [
  'elementwise_loss',
  'softmax_crossentropy',
  'elementwise_metric',
  'top_k',
  'regularize',
  'gradient_norm',
];

/** Turns of the tree at the end of a sum, for the largest workgroup. */
const TREE = 8;
/** Around the loops of a pass: those over layers, measures and batches, and a loop's last look at its condition. */
const AROUND = 6;

export function isReducing({ shader }: Pass): boolean {
  return REDUCING.includes(shader);
}

type Uniforms = Pass['uniforms'];

/** Blocks of four rows and so many columns that cover a result. */
export function blocksOf({ rows, columns }: ProductShape, blockColumns: number): number {
  return Math.ceil(rows / 4) * Math.ceil(columns / blockColumns);
}

/** What there is to share out: results of four rows, rows, columns or single values. */
export function itemsOf(pass: Pass): number {
  const shape = productOf(pass);
  return shape ? blocksOf(shape, 1) : loopOf(pass).items;
}

/** Turns of the loops of one invocation, of as many as `workgroup`. */
export function turnsInOneWorkgroup(pass: Pass, workgroup: number, blockColumns: number): number {
  const each = (items: number) => Math.ceil(items / workgroup);
  const shape = productOf(pass);
  // An activation, or its slope, comes after: value by value.
  if (shape) {
    return each(blocksOf(shape, blockColumns)) * (shape.inner + 1) + each(shape.rows * shape.columns) + AROUND;
  }
  const { items, turns } = loopOf(pass);
  return each(items) * turns + TREE + AROUND;
}

interface Loop {
  readonly items: number;
  /** Of each item. */
  readonly turns: number;
}

/** A row at a time, walked up to four times. */
const byRow = ({ rows, columns }: Uniforms): Loop => ({ items: rows!, turns: 4 * columns! + 1 });
const byColumn = ({ rows, columns }: Uniforms): Loop => ({ items: columns!, turns: 2 * rows! + 1 });
/** A random number takes twenty rounds. */
const drawn = ({ count }: Uniforms): Loop => ({ items: count!, turns: 21 });
const single = (): Loop => ({ items: 1, turns: 1 });

/** Of passes whose loops are not simply one turn a value. */
const LOOPS: Readonly<Partial<Record<PassShader, (uniforms: Uniforms) => Loop>>> = {
  softmax_forward: byRow,
  softmax_gradient: byRow,
  softmax_crossentropy: byRow,
  top_k: byRow,
  count_confusion: byRow,
  row_moments: byRow,
  layer_normalization_gradient: byRow,
  column_moments: byColumn,
  normalization_weight_gradient: byColumn,
  // Twenty rounds for the keys; four more for each walk, of which there are fewer than two on average.
  shuffle: ({ rows }) => ({ items: rows!, turns: 64 }),
  dropout_forward: drawn,
  dropout_gradient: drawn,
  log_batch: ({ columns, penalties }) => ({ items: 1, turns: columns! + penalties! }),
  update_rates: single,
  plateau: single,
};

function loopOf({ shader, uniforms, ranges = {} }: Pass): Loop {
  const own = LOOPS[shader]?.(uniforms);
  return (
    own ?? { items: Math.max(uniforms['count'] ?? 0, ...Object.values(ranges).map(({ count }) => count)), turns: 1 }
  );
}
