/** What the report page is made of: a finished training, and what the command line knows beside it. */
import type { Finished } from './finished.js';

export interface ReportInput extends Finished {
  /** Of the run: its file, or the built-in one. Default: none is shown. */
  readonly name?: string | undefined;
  /** The run as it was written, for whoever wants to train it again. */
  readonly document?: unknown;
  /** The name of each column of x, as the network sees them. */
  readonly columns?: readonly string[] | undefined;
  /** The command that made it, as it was typed. */
  readonly command?: string | undefined;
}
