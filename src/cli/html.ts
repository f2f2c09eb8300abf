/**
 * HTML from templates in which every value is text unless it is HTML already: a name that reads like a tag shows as that
 * name. It checks no structure.
 */
const MARKUP = Symbol('markup');

/** Text that is HTML, made by this file alone. */
export interface Html {
  readonly [MARKUP]: string;
}

export type Value = Html | string | number | undefined | false | readonly Value[];

/**
 * `` markup`<b>${name}</b>` ``. Not called `html`, because the formatter would put line breaks into such templates, and
 * some places have none (scripts with a hash, cells that keep their spaces). Lists are put together; undefined and false are nothing.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [MARKUP]: parts.map((part, i) => part + (i < values.length ? markupOf(values[i]) : '')).join('') };
}

/**
 * A script or a style element with this content, as it is: such elements know no escapes.
 * @throws Error for a text that would end its element
 */
export function rawElement(name: 'script' | 'style', text: string): Html {
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error('A script or a style that ends its own element.');
  return { [MARKUP]: `<${name}>${text}</${name}>` };
}

/** A value as JSON for a script element: a `<` in it ends nothing. */
export function jsonText(value: unknown): Html {
  return { [MARKUP]: JSON.stringify(value).replaceAll('<', '\\u003c') };
}

export function textOf(markup: Html): string {
  return markup[MARKUP];
}

function markupOf(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return MARKUP in value ? value[MARKUP] : value.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also for attributes in quotes. Signs that no page may hold, and those that turn the direction of writing, are shown as such. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)
    .replace(/[\u202a-\u202e\u2066-\u2069]|(?![\n\t])\p{Cc}/gu, '\ufffd');
}
