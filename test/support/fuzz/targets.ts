/** Everything that reads what a stranger may have written, as fuzz targets: the one list that the unit tests and `npm run fuzz` run. */
import { DATA_TARGETS } from './data-targets.js';
import { DOCUMENT_TARGETS } from './document-targets.js';
import type { FuzzTarget } from './judge.js';
import { MODEL_TARGETS } from './model-targets.js';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [...DOCUMENT_TARGETS, ...DATA_TARGETS, ...MODEL_TARGETS];
