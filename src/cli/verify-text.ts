/** What `idli verify` says to people: every buffer of every checked pass beside its bound. Pure functions. */
import { differenceText, numberText } from '../core/text.js';
import { checkedText } from '../verify/checked-text.js';
import type { PassVerification, Verification } from '../verify/verification.js';
import type { PassParity } from '../verify/report.js';
import { table } from './table.js';

const HEAD = [
  'Program',
  'Pass',
  'Buffer',
  'Checks',
  'Values',
  'Of bound',
  'Worst in',
  'at',
  'GPU',
  'Reference',
  'Bound',
];

export function verificationTable({ passes }: Verification): string[] {
  return table(HEAD, passes.map(rowOf), 3);
}

/** Of what broke its bound. */
export function failureTable(failures: readonly PassParity[]): string[] {
  const rows = failures.map((one) =>
    rowOf({
      ...one,
      times: 1,
      values: one.computed,
      worst: { ...one.worst, place: one.place ?? { epoch: 0, turn: 0, step: 0 } },
    }),
  );
  return table(HEAD, rows, 3);
}

export function verdict(verification: Verification): string {
  return `Verdict     ${checkedText(verification)!}`;
}

function rowOf({ program, pass, buffer, times, values, shareOfBound, worst }: PassVerification): string[] {
  const numbers = [numberText(worst.got), numberText(worst.want), differenceText(worst.bound)];
  const share = `${(100 * shareOfBound).toFixed(0)} %`;
  const step = `step ${worst.place.step + 1}`;
  return [program, pass, buffer, String(times), String(values), share, step, `[${worst.index}]`, ...numbers];
}
