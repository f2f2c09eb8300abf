/** Reads a table of the page: what its cells show, and what was computed for them. */
import type { Page } from 'puppeteer';

export interface Cell {
  /** As it is shown. */
  readonly text: string;
  /** As it was computed, with all digits: `data-value`, or the text where there is none. */
  readonly value: number;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function readTable(page: Page, selector: string): Promise<Table> {
  return page.$eval(selector, (table) => ({
    columns: Array.from(table.querySelectorAll('thead th'), ({ textContent }) => textContent),
    rows: Array.from(table.querySelectorAll('tbody tr'), (row) =>
      Array.from(row.querySelectorAll<HTMLElement>('td, th'), ({ textContent, dataset }) => ({
        text: textContent,
        value: Number(dataset['value'] ?? textContent),
      })),
    ),
  }));
}
