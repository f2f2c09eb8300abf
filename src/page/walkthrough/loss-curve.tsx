/** The loss of the epochs so far, GPU and reference, as a small drawing with words beside it. */
import type { Frame } from './frame.js';
import { cellText, ulpsApart, ulpText } from './ulp.js';

const WIDTH = 400;
const HEIGHT = 200;
const LEFT = 40;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;

export function LossCurve({ losses, epochs }: { readonly losses: Frame['losses']; readonly epochs: number }) {
  const { gpu, reference } = losses;
  const done = reference.length;
  const most = Math.max(...reference, ...(gpu ?? []), 0.1);
  const top = Math.ceil(most * 10) / 10;
  const x = (epoch: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (epoch - 1)) / (epochs - 1);
  const y = (loss: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - loss / top);
  const points = (values: ArrayLike<number>) =>
    Array.from(values, (loss, i) => `${x(i + 1).toFixed(1)},${y(loss).toFixed(1)}`).join(' ');
  const words =
    done === 0
      ? 'No epoch has been done yet.'
      : done === 1
        ? `Loss of the first epoch: ${cellText(reference[0]!)}.`
        : `Loss after ${done} of ${epochs} epochs: from ${cellText(reference[0]!)} to ${cellText(reference[done - 1]!)}.`;
  const apart =
    gpu && done > 0 ? Math.max(...Array.from(gpu, (value, i) => ulpsApart(value, reference[i]!))) : undefined;
  return (
    <figure class="loss-curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        {[0, top / 2, top].map((loss) => (
          <g key={loss}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(loss)} y2={y(loss)} />
            <text x={LEFT - 6} y={y(loss) + 4} text-anchor="end">
              {loss.toFixed(2)}
            </text>
          </g>
        ))}
        {[1, 10, 20, 30, 40, epochs].map((epoch) => (
          <text key={epoch} x={x(epoch)} y={HEIGHT - 16} text-anchor="middle">
            {epoch}
          </text>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 1} text-anchor="middle">
          epoch
        </text>
        {gpu && <polyline class="curve-gpu" points={points(gpu)} />}
        <polyline class={gpu ? 'curve-cpu dashed' : 'curve-cpu'} points={points(reference)} />
        {done > 0 && <circle class="curve-end" cx={x(done)} cy={y(reference[done - 1]!)} r="3.5" />}
      </svg>
      <figcaption>
        {gpu && <span class="key key-gpu">GPU</span>}
        <span class={gpu ? 'key key-cpu dashed' : 'key key-cpu'}>Reference</span>
        <span>
          {words}
          {apart !== undefined && ` At most ${ulpText(apart)} ULP apart.`}
        </span>
      </figcaption>
    </figure>
  );
}
