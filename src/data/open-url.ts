/**
 * Files from addresses, and files dropped on a page. It opens nothing until asked, and refuses what a server refuses.
 */
import { DataError } from './data-error.js';
import type { DataFile, FileOpener } from './file.js';

/**
 * Opens files by fetch, which is in browsers and in Node.
 *
 * @param base what relative addresses are relative to. Default: the page; without one, only whole addresses are opened
 */
export function urlOpener(base?: string | URL): FileOpener {
  return { open: (path) => openUrl(path, base) };
}

/**
 * A file dropped on a page or chosen in a form.
 *
 * @param name as sentences name it. Default: its path in the folder that was chosen, or its name
 */
export function droppedFile(
  file: Blob & { readonly name?: string; readonly webkitRelativePath?: string },
  name?: string,
): DataFile {
  const own = file.webkitRelativePath || file.name || 'the file';
  return { name: name ?? own, size: file.size, stream: () => file.stream() };
}

async function openUrl(path: string, base: string | URL | undefined): Promise<DataFile> {
  const url = resolved(path, base);
  // The answer that shows whether there is such a file is the first reading; another reading asks again.
  let first: Response | undefined = await fetched(url);
  const size = sizeOf(first);
  return {
    name: path,
    size,
    stream: () => {
      const response = first;
      first = undefined;
      return response?.body ?? later(() => fetched(url));
    },
  };
}

function resolved(path: string, base: string | URL | undefined): string {
  const root = base ?? (globalThis as { readonly location?: { readonly href: string } }).location?.href;
  try {
    const url = new URL(path, root);
    if (/^(https?|blob|data):$/.test(url.protocol)) return url.href;
  } catch {
    // Said below.
  }
  throw new DataError(path, '', 'no address', 'one that starts with http or https');
}

async function fetched(url: string): Promise<Response> {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no reason given';
    throw new DataError(url, '', `no answer (${reason})`, 'a file at that address that may be read from here');
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new DataError(url, '', `the answer ${`${response.status} ${response.statusText}`.trim()}`, 'a file');
}

/** What is sent is longer or shorter than what is read where it is packed on the way, which another origin may hide. */
function sizeOf({ headers, type }: Response): number | undefined {
  const length = headers.get('content-length');
  if (type === 'cors' || headers.has('content-encoding') || !length || !/^\d{1,15}$/.test(length)) return undefined;
  return Number(length);
}

/** A stream whose source is only asked for when the first bytes are. */
function later(ask: () => Promise<Response>): ReadableStream<Uint8Array> {
  const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (readers.length === 0) readers.push(((await ask()).body ?? new Blob([]).stream()).getReader());
        const { done, value } = await readers[0]!.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => readers[0]?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
