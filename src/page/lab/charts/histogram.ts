/** The histogram of a tensor's values. */
import type { Paint, Size } from '../../parts/canvas-chart.js';
import { drawAxes, frameIn } from '../../parts/frame.js';
import type { TensorView } from './view-results.js';

const MOST_WIDTH = 560;

export function histogramSize(width: number): Size {
  return { width: Math.min(MOST_WIDTH, width), height: 220 };
}

export function paintHistogram({ histogram, statistics }: TensorView): Paint {
  return (context, size, palette) => {
    const { counts } = histogram;
    // Equal values are one bar in the middle.
    const isOne = !(histogram.max > histogram.min);
    const reach = Math.abs(histogram.min) || 1;
    const middle = Number.isFinite(histogram.min) ? histogram.min : 0;
    const [min, max] = isOne ? [middle - reach, middle + reach] : [histogram.min, histogram.max];
    const most = Math.max(1, ...counts);
    const axes = [
      { name: 'value', min, max },
      { name: 'numbers', min: 0, max: most * 1.05 },
    ] as const;
    const frame = frameIn(size, ...axes);
    drawAxes(context, frame, axes, palette, true);
    const wide = isOne ? 24 : frame.width / counts.length;
    counts.forEach((count, bin) => {
      const left = isOne ? frame.left + frame.width / 2 - wide / 2 : frame.left + bin * wide;
      const value = isOne ? middle : min + ((bin + 0.5) * (max - min)) / counts.length;
      context.fillStyle = palette(value < 0 ? '--negative' : '--positive');
      context.fillRect(left + 0.5, frame.y(count), Math.max(1, wide - 1), frame.y(0) - frame.y(count));
    });
    if (!Number.isFinite(statistics.mean)) return;
    context.strokeStyle = palette('--ink');
    context.setLineDash([4, 4]);
    context.beginPath();
    context.moveTo(frame.x(statistics.mean), frame.top);
    context.lineTo(frame.x(statistics.mean), frame.top + frame.height);
    context.stroke();
  };
}
