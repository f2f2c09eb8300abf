/**
 * The formulas of the synthetic sets: the i-th point of so many, before noise. Where scikit-learn has the set
 * (make_circles, make_moons, make_blobs), the shape is its own.
 */
import type { RandomNumbers } from '../../core/random.js';

export interface Point {
  readonly inputs: readonly number[];
  readonly target: number;
}

/** @param random uniform numbers in [0, 1), for what is drawn and not laid out */
export type Shape = (i: number, samples: number, random: RandomNumbers) => Point;

/** The corners of the unit square in turn, and what a rule says of them. */
export function corners(rule: (a: boolean, b: boolean) => boolean): Shape {
  return (i) => {
    const [a, b] = [(i & 2) > 0, (i & 1) > 0];
    return { inputs: [Number(a), Number(b)], target: Number(rule(a, b)) };
  };
}

/** Two circles around the origin: class 0 of radius 1, class 1 of radius ½. */
export const circles: Shape = (i, samples) => {
  const { label, angle } = inTurn(i, samples, 2 * Math.PI);
  const radius = label === 0 ? 1 : 0.5;
  return { inputs: [radius * Math.cos(angle), radius * Math.sin(angle)], target: label };
};

/** Two half circles that reach into each other: (cos t, sin t) and (1 − cos t, ½ − sin t), t from 0 to π. */
export const moons: Shape = (i, samples) => {
  const { label, angle } = inTurn(i, samples, Math.PI, true);
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return { inputs: label === 0 ? [x, y] : [1 - x, 0.5 - y], target: label };
};

/** Two arms of one and a quarter turns, half a turn apart; the radius grows with the angle, from 0 to 1. */
export const spirals: Shape = (i, samples) => {
  const { label, angle: radius } = inTurn(i, samples, 1);
  const angle = 2 * Math.PI * (1.25 * radius + label / 2);
  return { inputs: [radius * Math.cos(angle), radius * Math.sin(angle)], target: label };
};

/** Two clouds around (−1, −1) and (1, 1); their width is the noise. */
export const gaussians: Shape = (i) => {
  const label = i % 2;
  const centre = label === 0 ? -1 : 1;
  return { inputs: [centre, centre], target: label };
};

/** y = ½·x₁ − ¼·x₂ + ⅛ over the square from −1 to 1. */
export const plane: Shape = (_, __, random) => {
  const [first, second] = [2 * random() - 1, 2 * random() - 1];
  return { inputs: [first, second], target: 0.5 * first - 0.25 * second + 0.125 };
};

/** y = sin(π·x), x evenly from −1 to 1. */
export const sine: Shape = (i, samples) => {
  const x = samples > 1 ? (2 * i) / (samples - 1) - 1 : 0;
  return { inputs: [x], target: Math.sin(Math.PI * x) };
};

/** Two classes in turn, and how far along its shape the point of one lies: evenly from 0 to `end`, or to before it. */
function inTurn(
  i: number,
  samples: number,
  end: number,
  reachesEnd = false,
): { readonly label: number; readonly angle: number } {
  const label = i % 2;
  const count = label === 0 ? Math.ceil(samples / 2) : Math.floor(samples / 2);
  return { label, angle: (end * ((i - label) / 2)) / Math.max(1, count - Number(reachesEnd)) };
}
