/**
 * How an epoch is cut into batches: rows, groups that make one update, and what comes last. Batches that need the
 * same passes are one program. Pure arithmetic.
 */
import type { BatchRole } from '../passes/log.js';
import type { Segment } from './plan.js';

/** A batch of the training: its role in the log, and in its group. */
export interface TrainingBatch extends BatchRole {
  /** Rows of all batches of the group: the gradient of an update is their mean. */
  readonly groupRows: number;
  /** Whether its gradients are added to those of the batches before. */
  readonly accumulate: boolean;
}

/** Programs by name, and their order. */
export interface Programs<T> {
  readonly batches: ReadonlyMap<string, T>;
  readonly segments: readonly Segment[];
  /** Updates, for a training. */
  readonly updates: number;
}

/** @param endsEpoch whether nothing comes after the last batch */
export function trainingBatches(
  examples: number,
  batchSize: number,
  accumulation: number,
  endsEpoch: boolean,
): Programs<TrainingBatch> {
  const count = Math.ceil(examples / batchSize);
  const groups = Math.ceil(count / accumulation);
  const groupAt = (group: number): TrainingBatch[] => {
    const first = group * accumulation;
    const last = Math.min(first + accumulation, count) - 1;
    const groupRows = Math.min((last + 1) * batchSize, examples) - first * batchSize;
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const isLast = first + i === count - 1;
      return {
        rows: isLast ? examples - (count - 1) * batchSize : batchSize,
        examples,
        groupRows,
        accumulate: i > 0,
        isTraining: true,
        isUpdate: first + i === last,
        isLast,
        endsEpoch: isLast && endsEpoch,
      };
    });
  };
  const names = new Names<TrainingBatch>('train');
  const segment = (group: number, times: number) => ({ times, programs: runs(groupAt(group).map((b) => names.of(b))) });
  const segments = [...(groups > 1 ? [segment(0, groups - 1)] : []), segment(groups - 1, 1)];
  return { batches: names.batches, segments, updates: groups };
}

/** The batches of the validation data, which are measured in their order. */
export function validationBatches(examples: number, batchSize: number): Programs<BatchRole> {
  const count = Math.ceil(examples / batchSize);
  const names = new Names<BatchRole>('validate');
  const role = { examples, isTraining: false, isUpdate: false };
  const full = { ...role, rows: batchSize, isLast: false, endsEpoch: false };
  const last = { ...role, rows: examples - (count - 1) * batchSize, isLast: true, endsEpoch: true };
  const programs = [
    ...(count > 1 ? [{ program: names.of(full), times: count - 1 }] : []),
    { program: names.of(last), times: 1 },
  ];
  return { batches: names.batches, segments: [{ times: 1, programs }], updates: 0 };
}

/** Names for batches: equal ones have one name; the first is called as the kind, others after what is different. */
class Names<T extends BatchRole> {
  readonly batches = new Map<string, T>();
  readonly #names = new Map<string, string>();
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  of(batch: T): string {
    const key = JSON.stringify(batch);
    const known = this.#names.get(key);
    if (known) return known;
    const isPart = batch.isTraining && !batch.isUpdate;
    const words = [this.#kind, isPart && 'part', batch.isLast && 'last', `of ${batch.rows}`].filter(Boolean).join(' ');
    const name = this.#names.size === 0 ? this.#kind : this.#unused(words);
    this.#names.set(key, name);
    this.batches.set(name, batch);
    return name;
  }

  #unused(words: string): string {
    return this.batches.has(words) ? this.#unused(`${words}, again`) : words;
  }
}

/** Equal neighbours as one entry. */
function runs(names: readonly string[]): Segment['programs'] {
  const result: { program: string; times: number }[] = [];
  for (const program of names) {
    const last = result.at(-1);
    if (last?.program === program) last.times += 1;
    else result.push({ program, times: 1 });
  }
  return result;
}
