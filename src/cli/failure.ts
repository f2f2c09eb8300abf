/**
 * How the command line ends: which exit code an error means, and the sentence for it. It prints nothing and ends nothing.
 */
import { CommanderError } from 'commander';
import { DataError } from '../data/data-error.js';
import { FormatError } from '../formats/format-error.js';
import { RunError } from '../core/run-error.js';
import { CheckpointError } from '../core/saved-state.js';
import { isOwnError } from '../trainer/errors.js';
import { OutsideError } from './inside-folder.js';
import { NodeGpuError } from './node-gpu-error.js';
import { WriteError } from './write-file.js';

const FAILURE = 1;
const BAD_INPUT = 2;

/** The command did what it should, and the answer is a bad one. */
export class Failure extends Error {
  override readonly name = 'Failure';

  /**
   * @param message one sentence for stderr
   * @param output what stdout is to show in spite of it
   */
  constructor(
    message: string,
    readonly output?: string,
  ) {
    super(message);
  }
}

/** 1 for a failure, 2 for bad input; 0 for what is no error: help, and the version. */
export function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT;
  return [RunError, DataError, FormatError, CheckpointError].some((type) => error instanceof type)
    ? BAD_INPUT
    : FAILURE;
}

/** An error of ours is a sentence already; anything else is a bug, and its stack helps to find it. */
export function sentence(error: unknown): string {
  const isOurs = [DataError, FormatError, Failure, NodeGpuError, OutsideError, WriteError].some(
    (type) => error instanceof type,
  );
  if (error instanceof Error && (isOurs || isOwnError(error))) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
