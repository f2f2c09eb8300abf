/**
 * The page's elements by id, and new ones. index.html has them all; a missing one is a bug of ours and
 * throws where the page opens, not where it is first used. Texts go in as text, never as HTML.
 */
export function element<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`);
  return found;
}

/** A new element with children; a text is a child like any other. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  children: readonly (Node | string)[] = [],
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Shows in a table what the columns are called and what the rows hold. The cells are ready elements. */
export function fillTable(
  table: HTMLTableElement,
  columns: readonly string[],
  rows: readonly (readonly HTMLTableCellElement[])[],
): void {
  const head = make(
    'tr',
    columns.map((name) => make('th', [name], { scope: 'col' })),
  );
  table.replaceChildren(
    make('thead', [head]),
    make(
      'tbody',
      rows.map((cells) => make('tr', cells)),
    ),
  );
}

/** A cell that shows a rounded number and keeps the whole one in `data-value`. */
export function numberCell(value: number, text: string): HTMLTableCellElement {
  return make('td', [text], { 'data-value': String(value) });
}
