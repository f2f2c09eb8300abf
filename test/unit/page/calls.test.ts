/** Calls into a worker end: by its answer, or because it was ended. Real Comlink, over a channel instead of a worker. */
import { expose, proxy, type Remote, wrap } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { Calls } from '../../../src/page/worker/calls.js';

class Session {
  readonly deep = proxy({ twice: (value: number) => 2 * value });
  never(): Promise<number> {
    return new Promise(() => undefined);
  }
  fails(): void {
    throw new Error('what the worker says');
  }
}
const api = { open: () => proxy(new Session()), never: () => new Promise<void>(() => undefined) };
const ports: MessagePort[] = [];

function opened(): { readonly calls: Calls; readonly remote: Remote<typeof api> } {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  expose(api, port1);
  const calls = new Calls();
  return { calls, remote: calls.watch(wrap<typeof api>(port2)) };
}

afterEach(() => ports.splice(0).forEach((port) => port.close()));

test('what the worker answers comes through, deep in an object too', async () => {
  const { remote } = opened();
  const session = (await remote.open()) as unknown as Remote<Session>;
  expect(await session.deep.twice(21)).toBe(42);
  await expect(session.fails()).rejects.toThrow('what the worker says');
});

test('a worker that was ended fails every call that is open, in objects that it gave too, and every later one', async () => {
  const { calls, remote } = opened();
  const session = (await remote.open()) as unknown as Remote<Session>;
  const open = [remote.never(), session.never()];
  const settled = Promise.allSettled(open);
  // Control: by themselves they never end.
  expect(await Promise.race([...open, session.deep.twice(1)])).toBe(2);
  calls.end(new Error('it was ended'));
  for (const one of await settled)
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'it was ended' } });
  await expect(session.deep.twice(1)).rejects.toThrow('it was ended');
  await expect(remote.open()).rejects.toThrow('it was ended');
});
