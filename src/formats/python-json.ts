/**
 * JSON for programs in Python, which tell 1 from 1.0: a number that is a float there keeps its point. Keras refuses a momentum
 * of 0 where it wants 0.0.
 */

/** A number that is a float in Python, whatever its value. */
export class Float {
  constructor(readonly value: number) {}
}

export function float(value: number): Float {
  return new Float(value);
}

/** Put around a float until the text is there; no text that a format is made of has it. */
const MARK = '\u0001';

/** @param indent spaces for each level; none for one line */
export function pythonJson(value: unknown, indent?: number): string {
  const marked = (_: string, part: unknown) => (part instanceof Float ? `${MARK}${part.value}${MARK}` : part);
  return JSON.stringify(value, marked, indent).replaceAll(/"\\u0001(.*?)\\u0001"/g, (_, digits: string) =>
    /^-?\d+$/.test(digits) ? `${digits}.0` : digits,
  );
}
