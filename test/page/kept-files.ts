/** What a page copies and saves, kept where a test can read it: stands in for the clipboard and for the browser's downloads. */
import type { Page } from 'puppeteer';

interface Kept {
  readonly copied: string[];
  readonly saved: { readonly name: string; readonly type: string; readonly content: Blob }[];
}

/** For the option `before` of a page that is opened: runs in it, before its own scripts. */
export function keepFiles(): void {
  const kept: Kept = { copied: [], saved: [] };
  const blobs = new Map<string, Blob>();
  Object.assign(globalThis, { kept });
  const writeText = (text: string) => Promise.resolve(void kept.copied.push(text));
  Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
  const create = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (content) => {
    const url = create(content);
    blobs.set(url, content as Blob);
    return url;
  };
  HTMLAnchorElement.prototype.click = function () {
    const content = blobs.get(this.href)!;
    kept.saved.push({ name: this.download, type: content.type, content });
  };
}

/** The last text that was copied, once there is one. */
export async function copied(page: Page): Promise<string> {
  const text = await page.waitForFunction(() => (globalThis as unknown as { kept: Kept }).kept.copied.at(-1));
  return (await text.jsonValue())!;
}

/** The last file that was saved, once there is one of that ending. */
export async function saved(page: Page, ending: string): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  const found = await page.waitForFunction(
    async (wanted) => {
      const file = (globalThis as unknown as { kept: Kept }).kept.saved.findLast(({ name }) => name.endsWith(wanted));
      if (!file) return undefined;
      return { name: file.name, type: file.type, values: [...new Uint8Array(await file.content.arrayBuffer())] };
    },
    {},
    ending,
  );
  const { name, type, values } = (await found.jsonValue())!;
  return { name, type, bytes: Uint8Array.from(values) };
}
