/** Twins of the log: the epoch's sums, its row, the counters. */
import { MAX_FLOAT32 } from '../../core/run-checks.js';
import {
  add,
  type Approximate,
  divide,
  exact,
  multiply,
  reductionRoundings,
  rounded,
  total,
} from '../running-error.js';
import { constant, exactly, isSet, type Twin, uniform } from './twin.js';

export const logTwins = {
  log_batch(pass, { partials, counters, sums, epochLog }) {
    const [count, columns] = [uniform(pass, 'partials'), uniform(pass, 'columns')];
    const workgroup = constant(pass, 'WORKGROUP');
    const [batch, step, epoch, position, failed] = Array.from(counters!) as [number, number, number, number, number];
    const totalOf = (first: number, length: number) => {
      const terms = Array.from(partials!.subarray(first, first + length), (value) => exact(value));
      return total(terms, reductionRoundings(length, workgroup));
    };
    const penalty = totalOf(columns * count, uniform(pass, 'penalties'));
    const weightedLoss = weighted(pass, totalOf(0, count), penalty);
    const isGood = !isSet(pass, 'isTraining') || Math.abs(weightedLoss.value) <= MAX_FLOAT32;
    const logged = { want: epochLog!.slice(), bound: new Float64Array(epochLog!.length) };
    const summed = { want: sums!.slice(), bound: new Float64Array(sums!.length) };
    const unchanged = { sums: exactly(sums!), epochLog: exactly(epochLog!) };
    if (failed !== 0) return { ...unchanged, counters: exactly(counters!) };
    if (!isGood) return { ...unchanged, counters: exactly([batch, step, epoch, position, step + 1]) };

    for (let column = 0; column < columns; column++) {
      const value = column === 0 ? weightedLoss : totalOf(column * count, count);
      const sum = add(exact(sums![column]!), value);
      if (!isSet(pass, 'isLast')) {
        summed.want[column] = sum.value;
        summed.bound[column] = sum.error;
        continue;
      }
      summed.want[column] = 0;
      const row = epoch % uniform(pass, 'logRows');
      const place = row * uniform(pass, 'logColumns') + uniform(pass, 'firstColumn') + column;
      const mean = divide(sum, rounded(uniform(pass, 'examples')));
      logged.want[place] = mean.value;
      logged.bound[place] = mean.error;
    }
    return {
      sums: summed,
      epochLog: logged,
      counters: exactly([
        batch + uniform(pass, 'isTraining'),
        step + uniform(pass, 'isUpdate'),
        epoch + uniform(pass, 'endsEpoch'),
        isSet(pass, 'isLast') ? 0 : position + uniform(pass, 'rows'),
        0,
      ]),
    };
  },

  log_counts(pass, { counters, counts, countLog }) {
    const log = countLog!.slice();
    const [epoch, failed] = [counters![2]!, counters![4]!];
    if (failed !== 0) return { counts: exactly(counts!), countLog: exactly(log) };
    const row = epoch % uniform(pass, 'logRows');
    log.set(counts!, row * uniform(pass, 'logColumns') + uniform(pass, 'firstColumn'));
    return { counts: exactly(new Float64Array(counts!.length)), countLog: exactly(log) };
  },
} satisfies Record<string, Twin>;

function weighted(pass: Parameters<Twin>[0], loss: Approximate, penalty: Approximate): Approximate {
  return add(
    multiply(rounded(uniform(pass, 'lossWeight')), loss),
    multiply(rounded(uniform(pass, 'penaltyWeight')), penalty),
  );
}
