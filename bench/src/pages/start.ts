/** What all start-up pages do: one epoch of the tutorial's network, and the time of its loss since navigation. */
import type { Contestant } from '../contestants/contestant.js';
import { tutorial } from '../../../src/runs/workload-tasks.js';
import type { StartReport } from './page-bench.js';

export function start(contestant: Contestant): void {
  window.idliStart = firstLoss(contestant).catch((error: unknown) => {
    return { milliseconds: NaN, loss: NaN, refusal: error instanceof Error ? error.message : String(error) };
  });
}

async function firstLoss(contestant: Contestant): Promise<StartReport> {
  await contestant.open();
  const trainer = await contestant.trainer(tutorial());
  const { losses } = await trainer.run(1, false);
  // performance.now() counts from the start of the navigation.
  return { milliseconds: performance.now(), loss: losses[0]! };
}
