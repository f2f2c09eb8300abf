/** Several who want to pause a training, as one. It decides nothing. */
import type { Pause } from '../plan/execute.js';

export function joinedPauses(pauses: readonly Pause[]): Pause {
  return {
    endsAt: (place) => pauses.some((one) => one.endsAt(place)),
    isDue: (place) => pauses.some((one) => one.isDue(place)),
    async work(place) {
      for (const one of pauses) if (one.isDue(place)) await one.work(place);
    },
    async atEnd(place) {
      for (const one of pauses) await one.atEnd(place);
    },
  };
}
