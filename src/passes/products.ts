/**
 * The ways to compute a product (rows, inner) · (inner, columns): with which shader, and in tiles of which shape.
 * All sums along the inner dimension are plain, term by term into one sum, so every variant gives the same bits and
 * whoever measures may choose. Only long sums are taken block by block, which keeps more digits: by their length
 * alone, never by choice.
 */
import type { Pass } from './pass.js';

/** The products of a dense layer: forward, gradient of its input, gradients of its weights. */
export const PRODUCTS = ['forward', 'inputGradient', 'kernelGradient'] as const;
export type Product = (typeof PRODUCTS)[number];

export interface ProductShape {
  readonly product: Product;
  /** Of the result. */
  readonly rows: number;
  readonly columns: number;
  /** Terms of each sum. */
  readonly inner: number;
}

/**
 * How values get to where they are multiplied: through workgroup memory, which graphics cards want; straight from the
 * buffer into registers; or shared among four neighbouring invocations, which needs the feature `subgroups`. `plain`
 * computes one result an invocation and is compiled soonest.
 */
export type VariantKind = 'workgroup' | 'registers' | 'quads' | 'plain';

interface VariantRecord {
  readonly kind: VariantKind;
  /** Rows and columns of the result that one workgroup computes. */
  readonly tile: readonly [rows: number, columns: number];
  readonly constants: Readonly<Record<string, number>>;
  /** Relative, of one value of a tile on a software adapter: what is taken where nothing was measured. */
  readonly cost: number;
}

const workgroup = (tile: number): VariantRecord => ({
  kind: 'workgroup',
  tile: [tile, tile],
  constants: { TILE: tile },
  cost: 4,
});

const registers = (side: number, blocks: number, cost: number): VariantRecord => ({
  kind: 'registers',
  tile: [4 * blocks * side, 4 * blocks * side],
  constants: { ACROSS: side, DOWN: side, BLOCKS: blocks },
  cost,
});

const quads = (down: number, cost: number): VariantRecord => ({
  kind: 'quads',
  tile: [16 * down, 16],
  constants: { DOWN: down },
  cost,
});

export const VARIANTS = {
  plain: { kind: 'plain', tile: [8, 8], constants: { SIDE: 8 }, cost: 8 },
  workgroup16: workgroup(16),
  workgroup32: workgroup(32),
  workgroup64: workgroup(64),
  registers4: registers(4, 1, 2.2),
  registers8: registers(4, 2, 1.5),
  registers8wide: registers(8, 2, 1.5),
  quads1: quads(1, 1.05),
  quads4: quads(4, 1),
} as const satisfies Record<string, VariantRecord>;

export type Variant = keyof typeof VARIANTS;
export const VARIANT_NAMES = Object.keys(VARIANTS) as Variant[];

/** What a plan's products are computed with: plain data. */
export interface ProductChoices {
  /** Where nothing was measured. */
  readonly kind: VariantKind;
  /** What was measured to be quickest, by `bucketOf`. */
  readonly tuned: Readonly<Record<string, Variant>>;
}

/** What works on every device, and what a graphics card wants. */
export const EVERYWHERE: ProductChoices = { kind: 'workgroup', tuned: {} };

/** Terms of a plain sum at most. Longer ones are taken block by block; nothing is chosen there. */
export const MAX_PLAIN = 2048;

/** The tile of long sums, which take a quarter of it at each turn. */
export const TILE = 32;
/** Results that fit a smaller tile whole take it: fewer invocations, where most would idle. */
export const SMALL_TILE = 16;
/** Results that no tile is worth being compiled for. */
export const PLAIN_TILE = 8;

/** An inner dimension along which the largest tile takes so many fewer stops that it pays, whatever the result. */
const LONG = 1024;

/** Products of about one size are measured once: each dimension counts as the next power of two. */
export function bucketOf({ product, rows, columns, inner }: ProductShape): string {
  const ceiling = (size: number) => 2 ** Math.ceil(Math.log2(size));
  return `${product} ${ceiling(rows)}x${ceiling(inner)}x${ceiling(columns)}`;
}

/** The variant of a product with plain sums. */
export function variantOf(shape: ProductShape, { kind, tuned }: ProductChoices): Variant {
  const bucket = bucketOf(shape);
  if (Object.hasOwn(tuned, bucket)) return tuned[bucket]!;
  const fits = (tile: number) => Math.max(shape.rows, shape.columns) <= tile && shape.inner <= LONG;
  // So few take no time to speak of however they are computed.
  if (fits(PLAIN_TILE)) return 'plain';
  if (kind === 'workgroup') {
    return fits(SMALL_TILE) ? 'workgroup16' : 'workgroup32';
  }
  return byCost(shape, [kind])[0]!;
}

/** All variants of some kinds, those first that should be quickest on a software adapter. */
export function byCost(shape: ProductShape, kinds: readonly VariantKind[]): Variant[] {
  const cost = (name: Variant) => {
    const { tile, cost } = VARIANTS[name];
    const [x, y] = groupsOf(shape, tile);
    return x * y * tile[0] * tile[1] * cost;
  };
  const fitting = VARIANT_NAMES.filter((name) => kinds.includes(VARIANTS[name].kind));
  return fitting.sort((a, b) => cost(a) - cost(b));
}

/** Workgroups that cover a result. */
export function groupsOf(
  { rows, columns }: ProductShape,
  [height, width]: readonly [number, number],
): [x: number, y: number] {
  return [Math.ceil(columns / width), Math.ceil(rows / height)];
}

/** How a product is dispatched: the shader's kind, the constants of its tiles, and the workgroups that cover it. */
export interface Tiling extends Pick<Pass, 'constants' | 'workgroups' | 'turns'> {
  readonly kind: VariantKind;
}

export function tilingOf(shape: ProductShape, choices: ProductChoices): Tiling {
  const { inner } = shape;
  const isLong = inner > MAX_PLAIN;
  const { kind, tile, constants }: VariantRecord = isLong ? workgroup(TILE) : VARIANTS[variantOf(shape, choices)];
  const [x, y] = groupsOf(shape, tile);
  if (kind === 'workgroup') {
    const turns = x * y * Math.ceil((4 * inner) / tile[0]);
    return { kind, constants: { ...constants, BLOCKED: Number(isLong) }, workgroups: [x, y, 1], turns };
  }
  if (kind === 'plain') return { kind, constants, workgroups: [x, y, 1], turns: x * y * inner };
  const RAGGED = Number(inner % 4 !== 0);
  return { kind, constants: { ...constants, RAGGED }, workgroups: [x, y, 1], turns: x * y * Math.ceil(inner / 4) };
}

/** The tile that a product's constants are of. */
export function tileOf(constants: Pass['constants']): readonly [rows: number, columns: number] {
  const { TILE, SIDE, ACROSS, DOWN, BLOCKS } = constants;
  const side = TILE ?? SIDE ?? (ACROSS === undefined ? undefined : 4 * ACROSS * BLOCKS!);
  return side === undefined ? [16 * DOWN!, 16] : [side, side];
}
