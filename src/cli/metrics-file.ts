/**
 * The numbers of a training as JSON Lines: one object for each epoch, in order, written as it comes.
 *
 * A line is there whole or not at all, so that another program may read along. The first epoch written decides what
 * stays of a file that is there already: those before it. A training that goes on from epoch 7 keeps six lines and
 * appends, one from the start begins anew; the file is what an uninterrupted training would have written, but for times.
 */
import { closeSync, fstatSync, fsync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { EpochReport } from '../core/trained.js';
import { DataError } from '../data/data-error.js';
import { shownPath } from './shown-path.js';
import { WriteError } from './write-file.js';

/** What the command line knows of an epoch beside its report. */
export interface EpochFacts {
  /** Updates of the weights until its end, from the first epoch on. */
  readonly step?: number | undefined;
  /** At its end. */
  readonly learningRate?: number | undefined;
  /** Since the training began, or went on. */
  readonly seconds?: number | undefined;
}

export interface MetricsFile {
  /**
   * Appends `{"epoch":…,"loss":…,…,"val_loss":…,…,"step":…,"learningRate":…,"seconds":…}` and a line feed. What JSON
   * cannot hold (NaN, Infinity) is null; what is undefined is left out.
   * @throws WriteError if it cannot be written
   * @throws DataError if the training goes on from a later epoch and the file holds something else than epochs
   */
  write(report: Pick<EpochReport, 'epoch' | 'logs'>, facts?: EpochFacts): void;
  /** Flushes it to the disk. @throws WriteError */
  close(): Promise<void>;
}

/**
 * Opens the file, or makes it; what it holds stays as it is up to the first epoch.
 * @throws WriteError if it cannot be written
 */
export function metricsFile(path: string): MetricsFile {
  const refusing = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof DataError ? error : new WriteError(path, error);
    }
  };
  const descriptor = refusing(() => openSync(path, 'a+'));
  // Of a pipe or a device nothing can be taken back.
  const isFile = fstatSync(descriptor).isFile();
  let size: number | undefined;
  return {
    write({ epoch, logs }, { step, learningRate, seconds } = {}) {
      const line = `${JSON.stringify({ epoch, ...logs, step, learningRate, seconds })}\n`;
      refusing(() => {
        if (size === undefined) {
          size = isFile ? bytesBefore(epoch, path, descriptor) : 0;
          if (isFile) ftruncateSync(descriptor, size);
        }
        const bytes = Buffer.from(line);
        try {
          writeAll(descriptor, bytes);
        } catch (error) {
          if (isFile) ftruncateSync(descriptor, size);
          throw error;
        }
        size += bytes.length;
      });
    },
    async close() {
      try {
        if (isFile) await promisify(fsync)(descriptor);
        closeSync(descriptor);
      } catch (error) {
        throw new WriteError(path, error);
      }
    },
  };
}

/** A disk that fills up takes a part of a line first. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}

/** How much of the file stands before this epoch's line. A last line that was cut short counts as nothing. */
function bytesBefore(epoch: number, path: string, descriptor: number): number {
  if (epoch <= 1) return 0;
  const content = readFileSync(descriptor);
  let kept = 0;
  for (let line = 1; ; line++) {
    const end = content.indexOf(0x0a, kept);
    if (end < 0) return kept;
    const found = epochOf(content.toString('utf8', kept, end));
    if (found === undefined) {
      const expected = 'the object of an epoch, since the training goes on with this file';
      throw new DataError(shownPath(path), `line ${line}`, 'something else', expected);
    }
    if (found >= epoch) return kept;
    kept = end + 1;
  }
}

function epochOf(line: string): number | undefined {
  try {
    const { epoch } = (JSON.parse(line) ?? {}) as { epoch?: unknown };
    return typeof epoch === 'number' ? epoch : undefined;
  } catch {
    return undefined;
  }
}
