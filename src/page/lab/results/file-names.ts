/** Names of files to download, by what is in them: `idli-spirals-2-32-32-1.onnx`. */
import type { ModelSettings } from '../../../core/model.js';
import { kindOf } from '../../../data/document.js';
import { baseName } from '../../../data/words.js';

/** Widths in a name, at most; of deeper networks their number is told. */
const MOST_WIDTHS = 6;
const LONGEST = 48;

interface Named {
  readonly model: Pick<ModelSettings, 'layers'>;
  readonly inputs: number;
  /** The file that it came from, without its extension; undefined for what was trained here. */
  readonly origin: string | undefined;
  /** The run's data. */
  readonly data: unknown;
}

/** @param extension with what stands before it: `pytorch.zip` */
export function fileName({ model, inputs, origin, data }: Named, extension: string): string {
  const [, special, kind] = /^(?:(.*)\.)?([^.]+)$/.exec(extension)!;
  const tail = special ? `-${special}` : '';
  if (origin !== undefined) return `${cleaned(origin)}${tail}.${kind}`;
  const dense = model.layers.filter((layer) => layer.type === 'dense');
  const widths = [inputs, ...dense.map(({ units }) => units)];
  const shape = widths.length <= MOST_WIDTHS ? widths.join('-') : `${dense.length}-layers`;
  return `idli-${dataName(data)}-${shape}${tail}.${kind}`;
}

/** @param what is in it: `run`, `predictions` */
export function dataFileName(data: unknown, what: string, extension: string): string {
  return `idli-${dataName(data)}-${what}.${extension}`;
}

/** The data set in a word: `spirals`, `iris` of `data/iris.csv`, `points` where they stand in the run itself. */
export function dataName(data: unknown): string {
  const kind = kindOf(data);
  if (kind === undefined) return 'points';
  const named = (data as Readonly<Record<string, unknown>>)[kind];
  const first: unknown = typeof named === 'object' && named !== null ? Object.values(named)[0] : named;
  return cleaned(withoutExtension(String(first))) || 'data';
}

export function withoutExtension(name: string): string {
  return baseName(name.replace(/\/+$/, '')).replace(/\.[^.]{1,12}$/, '');
}

/** Letters and digits, which every system takes. */
function cleaned(name: string): string {
  return name
    .replace(/[^\p{Letter}\p{Number}.]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, LONGEST);
}
