/**
 * How many turns the loops of one invocation may take on a device: measured, because a driver that ends them early says
 * nothing (llvmpipe under Firefox, after 65,535 turns in all). Asked once a device.
 */
import source from '../../shaders/count_turns.wgsl';
import { probe } from './probe.js';
import { SAFE_TURNS } from './safe-turns.js';

/** Turns that are tried; a driver that lets so many pass does not count them. */
const TRIED = 200_000;

/** Turns that a shader's loops may take: SAFE_TURNS, or any number. */
export function loopTurns(gpu: GPUDevice): Promise<number> {
  const known = KNOWN.get(gpu) ?? measure(gpu);
  KNOWN.set(gpu, known);
  // What failed on a device that was lost is no answer.
  known.catch(() => KNOWN.delete(gpu));
  return known;
}

const KNOWN = new WeakMap<GPUDevice, Promise<number>>();

async function measure(gpu: GPUDevice): Promise<number> {
  const words = await probe(gpu, { label: 'count_turns', code: source, asked: TRIED, results: 1, workgroups: 1 });
  return new Uint32Array(words)[0] === expected(TRIED) ? Infinity : SAFE_TURNS;
}

/** What count_turns.wgsl comes to. */
function expected(turns: number): number {
  let word = 1;
  let sum = 0;
  for (let i = 0; i < turns; i++) {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    sum += 1 + (word >>> 31);
  }
  return sum;
}
