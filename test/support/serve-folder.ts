/** Serves the files of a folder on a free port of this machine, as any static server does; on request under a sub-path. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Where the folder is on the server, with a slash at both ends; there is nothing elsewhere. */
  readonly under?: string;
  /** Gives other bytes than the file has. @param path within the folder, with `/` */
  readonly change?: (path: string, content: Buffer) => Buffer | string;
}

export async function serveFolder(folder: string, { under = '/', change }: ServeOptions = {}): Promise<Served> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith(under)) return void response.writeHead(404).end();
    const inside = pathname.slice(under.length);
    const path = inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside;
    const file = join(folder, normalize(`/${path}`));
    readFile(file).then(
      (content) => {
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
        response.end(change ? change(path, content) : content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${under}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // A browser keeps its connections open.
        server.closeAllConnections();
      }),
  };
}
