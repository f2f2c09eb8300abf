/** Twins of the passes that put batches together: a permutation and copies, right to the bit. */
import { shuffledRow } from '../../core/random.js';
import { exactly, isSet, type Twin, uniform } from './twin.js';

export const batchTwins = {
  shuffle(pass, { counters }) {
    const [rows, seed] = [uniform(pass, 'rows'), uniform(pass, 'seed')];
    const epoch = counters![2]!;
    return { order: exactly(Float64Array.from({ length: rows }, (_, place) => shuffledRow(place, rows, seed, epoch))) };
  },

  gather(pass, { counters, order, data, batch }) {
    const [rows, columns] = [uniform(pass, 'rows'), uniform(pass, 'columns')];
    const [first, available] = [uniform(pass, 'first'), uniform(pass, 'available')];
    const position = counters![3]!;
    const want = batch!.slice();
    for (let b = 0; b < rows; b++) {
      const row = (isSet(pass, 'isShuffled') ? order![position + b]! : position + b) - first;
      if (row < 0 || row >= available) continue;
      for (let c = 0; c < columns; c++) want[b * columns + c] = data![row * columns + c]!;
    }
    return { batch: exactly(want) };
  },
} satisfies Record<string, Twin>;
