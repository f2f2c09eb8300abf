/** Files from a server of the test's own, and files dropped on a page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCsv } from '../../../src/data/csv.js';
import { droppedFile, urlOpener } from '../../../src/data/open-url.js';
import { readAll } from '../../../src/data/read-bytes.js';
import { refusalOf } from './support.js';

const asked: string[] = [];

const server = createServer((request, response) => {
  asked.push(request.url!);
  if (request.url === '/a.csv') return void response.setHeader('content-length', 8).end('a,b\n1,2\n');
  if (request.url === '/packed.csv') {
    return void response.setHeader('content-encoding', 'gzip').end(gzipSync(new TextEncoder().encode('a\n5\n')));
  }
  if (request.url === '/cut.csv') {
    response.setHeader('content-length', 100).write('a,b\n1,2\n');
    return void setTimeout(() => response.destroy(), 50);
  }
  response.statusCode = request.url === '/broken' ? 500 : 404;
  response.end('no');
});

const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done)));
afterAll(() => void server.close());

const text = async (bytes: Promise<Uint8Array>) => new TextDecoder().decode(await bytes);

test('a file is asked for once for its first reading, and again for another', async () => {
  asked.length = 0;
  const file = await urlOpener(base()).open('a.csv');
  expect([file.name, file.size]).toEqual(['a.csv', 8]);
  expect(await text(readAll(file))).toBe('a,b\n1,2\n');
  expect(asked.length).toBe(1);
  expect(await text(readAll(file))).toBe('a,b\n1,2\n');
  expect(asked.length).toBe(2);
});

test('what is packed on its way has no size beforehand', async () => {
  const file = await urlOpener(base()).open('packed.csv');
  expect(file.size).toBeUndefined();
  expect((await readCsv(file)).rows).toBe(1);
});

test('what a server refuses, breaks off or is not there for is a sentence', async () => {
  const open = (path: string) => urlOpener(base()).open(path);
  expect(await refusalOf(() => open('none.csv'))).toBe(
    `${base()}none.csv: found the answer 404 Not Found, expected a file.`,
  );
  expect(await refusalOf(() => open('broken'))).toContain('found the answer 500 Internal Server Error');
  expect(await refusalOf(async () => readAll(await open('cut.csv')))).toContain(
    'cut.csv, after byte 8: found that it cannot be read',
  );
  expect(await refusalOf(() => open('http://127.0.0.1:1/x'))).toContain('http://127.0.0.1:1/x: found no answer (');
  expect(await refusalOf(() => open('file:///etc/passwd'))).toContain(
    'found no address, expected one that starts with http',
  );
  expect(await refusalOf(() => urlOpener().open('a.csv'))).toContain('a.csv: found no address');
});

test('a file that is dropped', async () => {
  const dropped = droppedFile(new File(['a\n1\n'], 'x.csv'));
  expect([dropped.name, dropped.size, (await readCsv(dropped)).rows]).toEqual(['x.csv', 4, 1]);
  expect(droppedFile(new Blob([]), 'y').name).toBe('y');
  const inFolder = Object.assign(new File([], '1.png'), { webkitRelativePath: 'd/cat/1.png' });
  expect(droppedFile(inFolder).name).toBe('d/cat/1.png');
});
