/** The result card as a picture, on paper whatever scheme the page is in. It draws what card.ts says, and computes nothing. */
import { openPalette } from '../parts/colors.js';
import { type Card, checkedText, HONEST, placeText, rateOf, ratioText, SOFTWARE, timingText } from './card.js';
import { perSecond } from './result.js';

const WIDTH = 720;
const MARGIN = 32;
const BAR = 10;
/** Dots for a CSS pixel. */
const SCALE = 2;

export function cardPicture(card: Card): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const height = paint(canvas.getContext('2d')!, card);
  // Setting its size empties it: once to learn how tall it is, once to keep.
  canvas.width = WIDTH * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext('2d')!;
  context.scale(SCALE, SCALE);
  context.fillStyle = openPalette('light')('--paper');
  context.fillRect(0, 0, WIDTH, height);
  paint(context, card);
  return canvas;
}

/** @returns how tall it is */
function paint(context: CanvasRenderingContext2D, card: Card): number {
  const color = openPalette('light');
  const sans = getComputedStyle(document.documentElement).getPropertyValue('--sans');
  let top = MARGIN;
  const write = (text: string, size: number, tone = '--ink', weight = 400) => {
    context.font = `${weight} ${size}px ${sans}`;
    context.fillStyle = color(tone);
    context.textBaseline = 'top';
    for (const line of linesOf(context, text, WIDTH - 2 * MARGIN)) {
      context.fillText(line, MARGIN, top);
      top += Math.round(1.4 * size);
    }
  };
  const bar = (label: string, share: number, tone: string) => {
    context.font = `400 12px ${sans}`;
    context.fillStyle = color('--muted');
    context.textBaseline = 'middle';
    context.fillText(label, MARGIN, top + 2 + BAR / 2);
    const left = MARGIN + 60;
    const room = WIDTH - MARGIN - left;
    context.fillStyle = color('--rule');
    context.fillRect(left, top + 2, room, BAR);
    context.fillStyle = color(tone);
    context.fillRect(left, top + 2, Math.max(2, room * share), BAR);
    top += 18;
  };
  write('IDLI benchmark', 22, '--ink', 600);
  top += 4;
  for (const { term, value } of placeText(card)) write(`${term}: ${value}`, 13, '--muted');
  for (const result of card.results) {
    const { gpu, cpu, refusal, title } = result;
    top += 14;
    context.fillStyle = color('--rule');
    context.fillRect(MARGIN, top - 8, WIDTH - 2 * MARGIN, 1);
    write(title, 14, '--ink', 600);
    const main = gpu?.timing ?? cpu?.timing;
    if (main) write(rateOf(result, main), 20, '--ink', 600);
    write(refusal ?? (gpu ? ratioText(result) : 'On the CPU.'), 13, '--muted');
    top += 2;
    const fastest = Math.max(...[gpu, cpu].map((one) => (one ? perSecond(one.timing) : 0)));
    if (gpu) bar('WebGPU', perSecond(gpu.timing) / fastest, '--gpu');
    if (cpu) bar('CPU', perSecond(cpu.timing) / fastest, '--cpu');
    if (!main) continue;
    write(`A ${result.unit}: ${timingText(main)}.`, 12, '--muted');
    if (gpu) write(`Checked before: ${checkedText(gpu)}.`, 12, '--muted');
  }
  top += 12;
  if (card.isSoftware) write(SOFTWARE, 12, '--muted');
  write(HONEST, 12, '--muted');
  return top + MARGIN - 8;
}

function linesOf(context: CanvasRenderingContext2D, text: string, room: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (context.measureText(longer).width <= room || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
