/** A path as sentences name it. */
import { quoted } from '../core/run-checks.js';

/** The path as it was given; quoted, and cut where it is long, where characters in it could disturb a terminal. */
export function shownPath(path: string): string {
  return /^[\x20-\x7e\u00a0-\u2027\u2030-\u2065\u206a-\uffff]+$/.test(path) ? path : quoted(path);
}
