/**
 * Values as texts of a program: JavaScript as one writes it by hand, and Python. Texts of strangers stay literals, whatever is in them,
 * and never reach a comment.
 */

/** Characters of a line, at most, where anything can be broken. */
const WIDTH = 100;

/** @param indent spaces in front of the lines after the first */
export function js(value: unknown, indent = 0): string {
  const flat = flatJs(value);
  const isWhole = typeof value !== 'object' || value === null || value instanceof Call;
  if (isWhole || flat.length + indent <= WIDTH) return flat;
  const pad = ' '.repeat(indent + 2);
  const end = `\n${' '.repeat(indent)}`;
  if (Array.isArray(value)) {
    const items = value.every((item) => typeof item !== 'object' || (Array.isArray(item) && !item.some(Array.isArray)))
      ? filled(value.map(flatJs), WIDTH - pad.length)
      : value.map((item) => `${js(item, indent + 2)},`);
    return `[\n${items.map((line) => pad + line).join('\n')}${end}]`;
  }
  const fields = present(value).map(([key, field]) => `${pad}${keyOf(key)}: ${js(field, indent + 2)},`);
  return `{\n${fields.join('\n')}${end}}`;
}

function flatJs(value: unknown): string {
  if (typeof value === 'string') return textJs(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(flatJs).join(', ')}]`;
  if (value instanceof Call) return value.text;
  const fields = present(value).map(([key, field]) => `${keyOf(key)}: ${flatJs(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** A piece of the program in the place of a value. */
export class Call {
  constructor(readonly text: string) {}
}

function present(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => field !== undefined);
}

function keyOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__'
    ? key
    : key === '__proto__'
      ? "['__proto__']"
      : textJs(key);
}

function textJs(text: string): string {
  const json = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return /['"\\]/.test(json.slice(1, -1)) ? json : `'${json.slice(1, -1)}'`;
}

/** Items after one another, in lines that are not too long. */
function filled(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && line.length + item.length + 2 > width) {
      lines.push(line);
      line = '';
    }
    line += `${line && ' '}${item},`;
  }
  return [...lines, line];
}

/** A number, text, truth, list or record in Python. */
export function python(value: unknown): string {
  if (value instanceof Call) return value.text;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return 'None';
  return `{${present(value)
    .map(([key, field]) => `${JSON.stringify(key)}: ${python(field)}`)
    .join(', ')}}`;
}

/** `name(a, key=value)`; over several lines where it is long. */
export function pythonCall(name: string, parameters: readonly string[], indent = 0): string {
  const flat = `${name}(${parameters.join(', ')})`;
  if (flat.length + indent <= WIDTH && !flat.includes('\n')) return flat;
  const pad = ' '.repeat(indent);
  return `${name}(\n${parameters.map((one) => `${pad}    ${one},\n`).join('')}${pad})`;
}

/** Lines of a comment; what is said in them is ours alone. */
export function comments(sign: '#' | '//', remarks: readonly string[]): string[] {
  return remarks.map((remark) => `${sign} ${remark}`);
}
