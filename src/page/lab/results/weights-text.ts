/** Which weights are shown, in a few words. */
import type { Lab } from '../lab-context.js';
import { weightsPlace } from '../training/weights-place.js';

export function weightsText({ results, training }: Pick<Lab, 'results' | 'training'>): string {
  if (results.source.value === 'imported') return `the weights of ${results.imported.value?.name ?? 'a file'}`;
  const place = weightsPlace(training);
  return place === undefined ? 'no weights yet' : `the weights ${place}`;
}
