/** A small curve of an activation from −4 to 4, drawn from the reference's own formula. Decoration: its name stands beside it. */
import { activations } from '../../../reference/activation.js';
import type { Activation } from '../../../core/activations.js';

const WIDTH = 40;
const HEIGHT = 24;
const REACH = 4;
const POINTS = 48;

export function ActivationCurve({ name }: { name: Activation }) {
  // Softmax takes whole rows; of two columns, the other at 0, it is the sigmoid.
  const { value } = activations[name === 'softmax' ? 'sigmoid' : name];
  const zs = Array.from({ length: POINTS + 1 }, (_, i) => -REACH + (2 * REACH * i) / POINTS);
  const ys = zs.map(value);
  const isBounded = Math.max(...ys) <= 1.0001;
  const [low, high] = isBounded ? [Math.min(-0.2, ...ys) - 0.1, 1.3] : [-1.6, REACH + 0.4];
  const x = (z: number) => ((z + REACH) / (2 * REACH)) * WIDTH;
  const y = (v: number) => HEIGHT - ((Math.max(v, low) - low) / (high - low)) * HEIGHT;
  const points = zs.map((z, i) => `${x(z).toFixed(1)},${y(ys[i]!).toFixed(1)}`).join(' ');
  return (
    <svg class="activation-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path class="axis" d={`M0 ${y(0)}H${WIDTH}M${x(0)} 0V${HEIGHT}`} />
      <polyline points={points} />
    </svg>
  );
}
