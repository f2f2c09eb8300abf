/** How a workload is timed, whatever it is: some repetitions, each after a breath, until told to stop. */
import { DeviceError } from '../../../gpu/device.js';

export interface TimedWork {
  readonly repetitions: number;
  readonly signal: AbortSignal;
  readonly say: (doing: string) => void;
}

/** Milliseconds of one repetition after which fewer of them are enough. */
const LONG = 1000;
const FEW = 2;

/** @param once does it once, and says how many milliseconds it took, of one unit and in all */
export async function repeated(
  { repetitions, signal, say }: TimedWork,
  once: () => Promise<{ readonly unit: number; readonly whole: number }>,
): Promise<number[]> {
  const samples: number[] = [];
  let most = repetitions;
  while (samples.length < most) {
    await breath();
    signal.throwIfAborted();
    say(`repetition ${samples.length + 1} of ${most}`);
    const { unit, whole } = await once();
    samples.push(unit);
    if (whole > LONG) most = Math.max(samples.length, Math.min(most, FEW));
  }
  return samples;
}

/** @throws DeviceError if what was computed is not what the reference computes */
export function checkDifference(what: string, difference: number, allowed: number): void {
  if (difference <= allowed) return;
  const off = difference.toExponential(1);
  throw new DeviceError(`${what} on the GPU: ${off} off the reference, where ${allowed} is allowed. It is not timed.`);
}

/** Lets others have a turn, a word to stop among them, and the engine tidy up. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
