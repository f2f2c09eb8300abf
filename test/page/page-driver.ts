/**
 * Opens a view of the built page and uses it as a person does: finds controls by their accessible names, fills them in, drops
 * files, reads texts and tables, waits for what is to come. It judges nothing itself.
 */
import type { Browser, ElementHandle, Page } from 'puppeteer';
import { inject } from 'vitest';
import type { View } from '../../src/page/state/page-state.js';
import type {} from '../support/build-site.js';
import { type OpenedPage, type OpenOptions, openPage, servePatched, serveWithoutGpu } from './open-page.js';

export interface ViewOptions extends OpenOptions {
  /** Where the site is served; without it, where the tests' global setup serves it. */
  readonly url?: string;
  /** A text in the site's scripts, and what to put in its place. */
  readonly patch?: readonly [from: string, to: string];
  /** What the machine lacks. */
  readonly without?: 'WebGPU' | 'adapter';
}

/** Opens a view and waits until it is ready. A `hash` is the whole of it, and leads where it leads. */
export async function openView(browser: Browser, view: View, options: ViewOptions = {}): Promise<OpenedPage> {
  const { patch, without, hash = view } = options;
  const changed = patch ? await servePatched(...patch) : without ? await serveWithoutGpu(without) : undefined;
  const url = changed?.url ?? options.url ?? inject('siteUrl');
  const opened = await openPage(browser, url, { ...options, hash });
  await viewReady(opened.page);
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await changed?.close();
    },
  };
}

/** Waits until a view stands there and nothing in it says that it is busy (`aria-busy="true"`). */
export async function viewReady(page: Page, view?: View): Promise<void> {
  const selector = view ? `main[data-view="${view}"]` : 'main[data-view]';
  await page.waitForFunction(
    (main) => document.querySelector(`${main} h1`) && !document.querySelector(`${main} [aria-busy="true"]`),
    {},
    selector,
  );
}

/** Goes to a view by the navigation, as with a mouse. */
export async function goTo(page: Page, title: string): Promise<void> {
  await press(page, title, 'link');
  await viewReady(page, title.toLowerCase() as View);
}

/**
 * The first element with an accessible name, once it is there.
 * @param role where several have the name: `button`, `link`, `textbox`, `combobox`, `checkbox`, `slider`, …
 */
export async function find(page: Page, name: string, role?: string): Promise<ElementHandle<HTMLElement>> {
  const found = await page.waitForSelector(`aria/${name}${role ? `[role="${role}"]` : ''}`);
  if (!found) throw new Error(`Nothing is called "${name}".`);
  return found as ElementHandle<HTMLElement>;
}

/** Whether anything that can be seen has that accessible name now. */
export async function has(page: Page, name: string, role?: string): Promise<boolean> {
  const found = await page.$(`aria/${name}${role ? `[role="${role}"]` : ''}`);
  return found ? found.isVisible() : false;
}

/** Presses a button, or follows a link; again, and found anew, where the page moved it away or drew it anew under the mouse. */
export async function press(page: Page, name: string, role = 'button'): Promise<void> {
  let failure: unknown;
  for (let attempt = 0; attempt < 5; attempt++) {
    const target = await find(page, name, role);
    await target.evaluate((one) => {
      Reflect.set(one, 'wasPressed', false);
      one.addEventListener('click', () => Reflect.set(one, 'wasPressed', true), { capture: true, once: true });
    });
    failure = await target.click().then(
      () => undefined,
      (error: unknown) => error,
    );
    // Of a page that has gone since nothing can be asked.
    if (await target.evaluate((one) => Reflect.get(one, 'wasPressed') === true).catch(() => !failure)) return;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  throw new Error(`"${name}" cannot be pressed with the mouse.`, { cause: failure });
}

/** Gives a field another value, over what stands there: a text or number, an option (by its value or text), a tick. */
export async function setField(page: Page, name: string, value: string | number | boolean): Promise<void> {
  const field = await findField(page, name);
  const kind = await field.evaluate((one) => (one instanceof HTMLInputElement ? one.type : one.localName));
  if (kind === 'checkbox' || kind === 'radio') {
    const isChecked = await field.evaluate((one) => (one as HTMLInputElement).checked);
    if (isChecked !== value) await field.click();
  } else if (kind === 'select') {
    await field.evaluate(choose, String(value));
  } else if (kind === 'range') {
    await field.evaluate(slide, String(value));
  } else {
    await field.click({ count: 3 });
    await page.keyboard.press('Backspace');
    await field.type(String(value));
  }
}

export async function valueOf(page: Page, name: string): Promise<string | boolean> {
  return (await findField(page, name)).evaluate((one) => {
    if (one instanceof HTMLInputElement && ['checkbox', 'radio'].includes(one.type)) return one.checked;
    return (one as HTMLInputElement).value;
  });
}

const FIELDS = 'input, select, textarea';

async function findField(page: Page, name: string): Promise<ElementHandle<HTMLElement>> {
  await page.waitForSelector(`aria/${name}`);
  for (const one of await page.$$(`aria/${name}`)) {
    if (await one.evaluate((element, fields) => element.matches(fields), FIELDS)) {
      return one as ElementHandle<HTMLElement>;
    }
  }
  throw new Error(`No field is called "${name}".`);
}

function choose(element: HTMLElement, wanted: string): void {
  const select = element as HTMLSelectElement;
  const options = Array.from(select.options);
  const option = options.find(({ value }) => value === wanted) ?? options.find(({ text }) => text === wanted);
  if (!option) throw new Error(`The field has no option "${wanted}": ${options.map(({ value }) => value).join(', ')}`);
  select.value = option.value;
  select.dispatchEvent(new Event('input', { bubbles: true }));
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

function slide(element: HTMLElement, wanted: string): void {
  (element as HTMLInputElement).value = wanted;
  element.dispatchEvent(new Event('input', { bubbles: true }));
  element.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Hands files of this machine to a file field, as its dialogue does. */
export async function chooseFiles(page: Page, selector: string, ...paths: readonly string[]): Promise<void> {
  const input = await page.waitForSelector(`${selector}`);
  await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths);
}

export interface DroppedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Drags files over an element and drops them there. */
export function dropFiles(page: Page, selector: string, files: readonly DroppedFile[]): Promise<void> {
  const carried = files.map(({ name, content }) => ({ name, base64: Buffer.from(content).toString('base64') }));
  return page.$eval(
    selector,
    (target, all) => {
      const dataTransfer = new DataTransfer();
      for (const { name, base64 } of all) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], name));
      }
      for (const type of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }
    },
    carried,
  );
}

export function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (found) => (found as HTMLElement).innerText.trim());
}

/** Waits until an element's text matches. @returns the text */
export async function textMatching(page: Page, selector: string, pattern: RegExp): Promise<string> {
  await page.waitForFunction(
    (where, source, flags) =>
      new RegExp(source, flags).test(document.querySelector<HTMLElement>(where)?.innerText.trim() ?? ''),
    {},
    selector,
    pattern.source,
    pattern.flags,
  );
  return textOf(page, selector);
}

/** What the page says outside of its views. */
export function noticesOf(page: Page): Promise<string[]> {
  return page.$$eval('.notices .notice p', (all) => all.map((one) => one.innerText.trim()));
}

/** Whether anybody can see it. */
export function isVisible(page: Page, selector: string): Promise<boolean> {
  return page.$eval(selector, (found) => found.checkVisibility({ visibilityProperty: true }));
}

/** How far the page is wider than its window, in dots. */
export function overflowOf(page: Page): Promise<number> {
  return page.$eval('html', ({ scrollWidth }) => Math.max(0, scrollWidth - innerWidth));
}
